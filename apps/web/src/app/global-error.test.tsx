/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRoot, type Root } from 'react-dom/client';

jest.unstable_mockModule('./globals.css', () => ({}));
const { default: GlobalError } = await import('./global-error.tsx');

let root: Root | undefined;

describe('a page whose frame broke', () => {
  afterEach(() => {
    act(() => {
      root?.unmount();
    });
  });

  it('says so in the language and the colours of the page, and can be tried again', async () => {
    Object.assign(document.documentElement, { lang: 'de', className: 'dark' });
    const reset = jest.fn();
    await act(async () => {
      root = createRoot(document);
      root.render(<GlobalError error={new Error('no')} reset={reset} />);
    });
    expect(await screen.findByRole('heading', { name: 'Auf dieser Seite ist etwas schiefgegangen' })).toBeTruthy();
    expect([document.documentElement.lang, document.documentElement.className]).toEqual(['de', 'dark']);
    expect(screen.getByRole('button', { name: 'Neu laden' })).toBeTruthy();
    await userEvent.setup().click(screen.getByRole('button', { name: 'Noch einmal' }));
    expect(reset).toHaveBeenCalledTimes(1);
  });
});
