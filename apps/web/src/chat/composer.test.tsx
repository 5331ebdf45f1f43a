/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Attachment } from '@colloquy/contracts';
import { MAX_MESSAGE_LENGTH } from '@colloquy/contracts/constants';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';
import { changeSettings } from '../settings/use-settings.ts';
import { ClientProvider } from '../shell/client-provider.tsx';
import { Composer } from './composer.tsx';
import { draftOf, insertIntoDraft } from './draft-store.ts';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const LIMITS = { maxBytes: 6000, maxPerMessage: 2, types: ['image/png', 'text/*'] };

/** A service that takes files when it is told to. */
class Service {
  readonly deleted: string[] = [];
  readonly #open: { name: string; answer: (response: Response) => void }[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : String(input), location.href);
    if (pathname === '/v1/me')
      return Response.json({ userId: 'ada', guest: true, demoModel: false, attachments: LIMITS });
    if (init?.method === 'DELETE') {
      this.deleted.push(pathname);
      return Response.json({});
    }
    if (pathname !== '/v1/files') return Response.json({});
    return new Promise((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => {
        reject(new DOMException('aborted', 'AbortError'));
      });
      this.#open.push({ name: searchParams.get('name') ?? '', answer: resolve });
    });
  };

  /** The upload that came first and was not answered yet. */
  async upload(): Promise<{ name: string; answer: (response: Response) => void }> {
    return waitFor(() => {
      const upload = this.#open.shift();
      if (upload === undefined) throw new Error('nothing is on its way');
      return upload;
    });
  }
}

const taken = (name: string): Response =>
  Response.json({ fileId: `file-0000-${name}-0001`, name, type: 'text/plain', size: 5 }, { status: 201 });
const text = (name: string, content = 'hello'): File => new File([content], name, { type: 'text/plain' });

interface Sent {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

let used = 0;
let key = '';
let service = new Service();

function show(more: Partial<Parameters<typeof Composer>[0]> = {}): { sent: Sent[]; field: () => HTMLTextAreaElement } {
  const sent: Sent[] = [];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ClientProvider>
        <Composer
          draftKey={key}
          placeholder="Write"
          disabled={false}
          onSend={(said, attachments) => sent.push({ text: said, attachments })}
          {...more}
        />
      </ClientProvider>
    </QueryClientProvider>,
  );
  return { sent, field: () => screen.getByRole('textbox', { name: 'Your message' }) };
}

async function pick(...files: File[]): Promise<void> {
  const input = await waitFor(() => {
    const found = document.querySelector<HTMLInputElement>('input[type=file]');
    if (found === null) throw new Error('no picker yet');
    return found;
  });
  await userEvent.upload(input, files, { applyAccept: false });
}

describe('the composer', () => {
  const { fetch: before } = globalThis;
  beforeEach(() => {
    key = `chat-${String(++used)}`;
    service = new Service();
    globalThis.fetch = service.fetch;
    // Without it the client sends files by fetch, which the service above stands in for.
    Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
  });
  afterEach(() => {
    cleanup();
    act(() => {
      changeSettings(DEFAULT_SETTINGS);
    });
    globalThis.fetch = before;
  });

  it('sends by Enter, makes a new line by Shift+Enter, is empty then, and keeps the focus', async () => {
    const { sent, field } = show();
    await userEvent.type(field(), 'One{Shift>}{Enter}{/Shift}two{Enter}');
    expect(sent).toEqual([{ text: 'One\ntwo', attachments: [] }]);
    expect(field().value).toBe('');
    expect(document.activeElement).toBe(field());
    await userEvent.type(field(), '   {Enter}');
    expect(sent).toHaveLength(1);
  });

  it('sends by Ctrl+Enter where that is set, and says so', async () => {
    changeSettings({ send: 'mod_enter' });
    const { sent, field } = show();
    await userEvent.type(field(), 'One{Enter}two');
    expect(sent).toEqual([]);
    expect(screen.getByText(/Ctrl\+Enter sends/)).toBeDefined();
    await userEvent.type(field(), '{Control>}{Enter}{/Control}');
    expect(sent).toMatchObject([{ text: 'One\ntwo' }]);
  });

  it('sends nothing by the Enter that ends a composition, in Safari either', async () => {
    const { sent, field } = show();
    await userEvent.type(field(), 'にほん');
    fireEvent.compositionStart(field());
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    fireEvent.compositionEnd(field());
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
    expect(sent).toEqual([]);
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 13 });
    expect(sent).toMatchObject([{ text: 'にほん' }]);
  });

  it('brings back what was said before by the arrow keys, and the empty field after it', async () => {
    const { sent, field } = show({ spoken: () => ['first', 'second'] });
    await userEvent.type(field(), '{ArrowUp}');
    expect(field().value).toBe('second');
    await userEvent.type(field(), '{ArrowUp}');
    expect(field().value).toBe('first');
    await userEvent.type(field(), '{ArrowDown}{ArrowDown}');
    expect(field().value).toBe('');
    await userEvent.type(field(), 'mine{ArrowUp}');
    expect(field().value).toBe('mine');
    expect(sent).toEqual([]);
  });

  it('keeps what was written for whoever comes back, and takes the focus when something is quoted', async () => {
    const { field } = show();
    await userEvent.type(field(), 'Half a thou');
    cleanup();
    const again = show();
    expect(again.field().value).toBe('Half a thou');
    act(() => {
      insertIntoDraft(key, '> quoted');
    });
    await waitFor(() => {
      expect(document.activeElement).toBe(again.field());
    });
    expect(again.field().value).toBe('Half a thou\n\n> quoted');
  });

  it('says how much room is left, and sends nothing that is too long', async () => {
    const { sent, field } = show();
    fireEvent.change(field(), { target: { value: 'x'.repeat(MAX_MESSAGE_LENGTH - 10) } });
    expect(await screen.findByText(/65,526 of 65,536/)).toBeDefined();
    fireEvent.change(field(), { target: { value: 'x'.repeat(MAX_MESSAGE_LENGTH + 1) } });
    expect(screen.getByRole('alert').textContent).toContain('65536');
    fireEvent.keyDown(field(), { key: 'Enter' });
    expect(sent).toEqual([]);
  });

  it('uploads while one writes, and sends when the files are up', async () => {
    const { sent, field } = show();
    await pick(text('a.txt'));
    const upload = await service.upload();
    expect(upload.name).toBe('a.txt');
    expect(await screen.findByRole('progressbar', { name: 'Uploading a.txt' })).toBeDefined();
    await userEvent.type(field(), 'Read this{Enter}');
    expect(sent).toEqual([]);
    expect(await screen.findByText(/Sends when the file is uploaded/)).toBeDefined();
    upload.answer(taken('a.txt'));
    await waitFor(() => {
      expect(sent).toMatchObject([{ text: 'Read this', attachments: [{ name: 'a.txt' }] }]);
    });
    expect(draftOf(key)).toMatchObject({ text: '', files: [] });
    expect(screen.queryByRole('list', { name: 'Attached files' })).toBeNull();
  });

  it('can be told not to send yet, and sends files without a word', async () => {
    const { sent, field } = show();
    await pick(text('a.txt'));
    const upload = await service.upload();
    await userEvent.type(field(), 'Read{Enter}');
    await userEvent.click(await screen.findByRole('button', { name: 'Do not send yet' }));
    upload.answer(taken('a.txt'));
    await screen.findByRole('button', { name: 'Remove a.txt' });
    expect(sent).toEqual([]);
    await userEvent.clear(field());
    await userEvent.type(field(), '{Enter}');
    expect(sent).toMatchObject([{ text: '', attachments: [{ name: 'a.txt' }] }]);
  });

  it('stops an upload, tries one again that failed, and takes one back that is up', async () => {
    const { sent, field } = show();
    await pick(text('a.txt'), text('b.txt'));
    await service.upload();
    await userEvent.click(await screen.findByRole('button', { name: 'Stop uploading a.txt' }));
    expect(document.activeElement).toBe(field());
    const second = await service.upload();
    expect(second.name).toBe('b.txt');
    second.answer(Response.json({ code: 'file_type', detail: 'This is no text.' }, { status: 415 }));
    expect((await screen.findByRole('alert')).textContent).toContain('This is no text.');
    await userEvent.type(field(), 'x{Enter}');
    expect(sent).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    (await service.upload()).answer(taken('b.txt'));
    await userEvent.click(await screen.findByRole('button', { name: 'Remove b.txt' }));
    expect(service.deleted).toEqual(['/v1/files/file-0000-b.txt-0001']);
    expect(draftOf(key).files).toEqual([]);
  });

  it('sends a file again by itself that came to a service which stops, and asks when that does not help', async () => {
    show();
    const stops = (): Response =>
      Response.json({ code: 'draining', detail: 'It stops.' }, { status: 503, headers: { 'retry-after': '1' } });
    await pick(text('a.txt'));
    (await service.upload()).answer(stops());
    (await service.upload()).answer(taken('a.txt'));
    await screen.findByRole('button', { name: 'Remove a.txt' });
    await pick(text('b.txt'));
    for (let time = 0; time < 3; time += 1) (await service.upload()).answer(stops());
    expect((await screen.findByRole('alert')).textContent).toContain('It stops.');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined();
  });

  it('says at once what it would have to wait long for', async () => {
    show();
    await pick(text('a.txt'));
    const full = { code: 'too_many_files', detail: 'Too many wait.' };
    (await service.upload()).answer(Response.json(full, { status: 429, headers: { 'retry-after': '60' } }));
    expect((await screen.findByRole('alert')).textContent).toContain('Too many wait.');
  });

  it('refuses what is too large, of a wrong kind or too many, and names the limits', async () => {
    show();
    await pick(text('big.txt', 'x'.repeat(6001)), new File(['x'], 'a.mp4', { type: 'video/mp4' }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('big.txt is too large');
    expect(alert.textContent).toContain('a.mp4 is of a kind that is not taken');
    expect(alert.textContent).toMatch(/at most.*These are: PNG, text/);
    expect(screen.getByText(/PNG, text, up to .+ each, 2 files/)).toBeDefined();
    await pick(text('1.txt'), text('2.txt'), text('3.txt'));
    await waitFor(() => {
      expect(screen.getByRole('alert').textContent).toContain('3.txt is one too many');
    });
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('offers to make a file of a long text that was pasted', async () => {
    const { field } = show();
    await screen.findByRole('button', { name: 'Attach files' });
    await userEvent.click(field());
    await userEvent.paste('y'.repeat(5000));
    await userEvent.click(await screen.findByRole('button', { name: 'Attach as file' }));
    const upload = await service.upload();
    expect(upload.name).toBe('pasted.txt');
    expect(field().value).toBe('');
    await userEvent.paste('z'.repeat(5000));
    await userEvent.click(await screen.findByRole('button', { name: 'Keep as text' }));
    expect(field().value).toHaveLength(5000);
    await userEvent.clear(field());
    await userEvent.paste('w'.repeat(7000));
    expect(screen.queryByRole('button', { name: 'Attach as file' })).toBeNull();
  });
});
