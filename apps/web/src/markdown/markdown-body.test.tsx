/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { MarkdownBody } from './markdown-body.tsx';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

afterEach(cleanup);

async function draw(text: string, live = false): Promise<HTMLElement> {
  const { container } = await act(async () => Promise.resolve(render(<MarkdownBody text={text} live={live} />)));
  return container;
}

describe('what an agent writes', () => {
  it('brings no HTML, no script and no image from elsewhere', async () => {
    const page = await draw(
      'a <img src="https://evil.example/x.png"> b <script>alert(1)</script>\n\n<iframe src="https://evil.example"></iframe>\n\n![secret](https://evil.example/y.png "t")',
    );
    expect(page.querySelector('img, script, iframe, [src], [style]')).toBeNull();
    expect(page.innerHTML).not.toContain('evil.example');
    expect(page.textContent).toContain('Image (not shown): secret');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '/v1/chats',
    'other.md',
    '//evil.example',
    'JaVaScRiPt:x',
  ])('has no link to %s: it is only its words', async (address) => {
    const page = await draw(`see [this](<${address}>) there`);
    expect(page.querySelector('a')).toBeNull();
    expect(page.textContent).toBe('see this there');
  });

  it('asks before a link leads away, by any button of the mouse, and shows the whole address', async () => {
    const user = userEvent.setup();
    await draw('look [here](https://example.org/a?b=c)');
    const link = screen.getByRole('link', { name: 'here' });
    expect(link.getAttribute('rel')).toContain('noopener');
    await user.pointer({ target: link, keys: '[MouseMiddle]' });
    const question = await screen.findByRole('dialog', { name: 'Open this link?' });
    within(question).getByText('https://example.org/a?b=c');
    await user.click(within(question).getByRole('button', { name: 'Stay here' }));
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
    });
    const open = jest.spyOn(window, 'open').mockImplementation(() => null);
    await user.click(link);
    await user.click(await screen.findByRole('button', { name: 'Open link' }));
    expect(open.mock.calls).toEqual([['https://example.org/a?b=c', '_blank', 'noopener,noreferrer']]);
    open.mockRestore();
  });

  it('colours code when it is complete, and leaves it plain while it is written', async () => {
    const page = await draw('```ts\nconst one = 1;', true);
    expect(page.querySelector('[class^="hljs-"]')).toBeNull();
    cleanup();
    const done = await draw('```ts\nconst one = 1;\n```\n\nMore', true);
    await waitFor(() => {
      expect(done.querySelector('.hljs-keyword')?.textContent).toBe('const');
    });
    expect(done.querySelector('pre')?.textContent).toBe('const one = 1;');
  });

  it('leaves code plain in a language that is not known, and code that is very long', async () => {
    const page = await draw(`\`\`\`klingon\nx\n\`\`\`\n\n\`\`\`ts\n${'const a = 1;\n'.repeat(1600)}\`\`\``);
    await Promise.resolve();
    expect(page.querySelector('[class^="hljs-"]')).toBeNull();
    expect(page.querySelectorAll('pre')[1]?.textContent.length).toBe(1600 * 13 - 1);
  });

  it('mends what is half written, and shows no half address', async () => {
    expect((await draw('some **bold', true)).querySelector('strong')?.textContent).toBe('bold');
    cleanup();
    expect((await draw('a [link](https://exam', true)).textContent).toBe('a link');
    cleanup();
    expect((await draw('| a | b |\n| - | - |\n| 1', true)).querySelector('td')?.textContent).toBe('1');
  });

  it('says of tasks whether they are done, and lets nobody tick them', async () => {
    const page = await draw('- [x] one\n- [ ] two');
    expect(page.querySelector('input')).toBeNull();
    expect([...page.querySelectorAll('li')].map((item) => item.textContent.trim())).toEqual([
      'Done: one',
      'To do: two',
    ]);
  });

  it('has footnotes whose ids are those of its message alone', () => {
    const text = 'a[^1]\n\n[^1]: note';
    const { container } = render(
      <>
        <MarkdownBody text={text} live={false} />
        <MarkdownBody text={text} live={false} />
      </>,
    );
    const ids = [...container.querySelectorAll('li[id], a[id]')].map(({ id }) => id);
    expect(ids.length).toBe(4);
    expect(new Set(ids).size).toBe(4);
  });

  it('sets formulas as MathML, once what sets them is there', async () => {
    const page = await draw('So $$x^2$$ it is, \\(y\\) too; 5 $ and 6 $ are money.');
    await waitFor(() => {
      expect(page.querySelectorAll('math').length).toBe(2);
    });
    expect(page.textContent).toContain('5 $ and 6 $ are money');
  });
});
