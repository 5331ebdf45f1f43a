/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { LanguageContext } from '../i18n/define-words.ts';
import { useToasts } from '../shell/toast-store.ts';
import { lazyPart, type Missing } from './lazy-part.tsx';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const FILE = '/_next/static/chunks/0a1b.js';

/** What a bundler throws for a file that did not come. */
function lost(): Error {
  return Object.assign(new Error(`Failed to load chunk ${FILE} from module 7`), { name: 'ChunkLoadError' });
}

/** A line between the page and the server; the server answers 404 for what it has not. */
function aLine() {
  const line = { up: false, asked: 0, status: 200, online: true };
  jest.spyOn(navigator, 'onLine', 'get').mockImplementation(() => line.online);
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: line.status }));
  const load = async () => {
    line.asked++;
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (!line.up) throw lost();
    return ({ name }: { readonly name: string }) => <p>Here is {name}</p>;
  };
  return { line, load };
}

const plain = (missing: Exclude<Missing, 'toast'>) => {
  const { line, load } = aLine();
  const Part = lazyPart(load, { missing });
  return { line, Part };
};

const says = async (words: string) => screen.findByText(words, { exact: false });
const tryAgain = () => screen.getByRole('button', { name: 'Try again' });

describe('a part whose code does not come', () => {
  beforeEach(() => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined); // React reports what is caught
  });
  afterEach(() => {
    cleanup();
    jest.restoreAllMocks();
    useToasts.setState({ toasts: [] });
  });

  it('is asked for again at once, so that nobody notices a line that failed once', async () => {
    const { line, Part } = plain('line');
    render(<Part fallback="wait" name="Ada" />);
    await waitFor(() => {
      expect(line.asked).toBe(2);
    });
    line.up = true;
    await says('Here is Ada');
    expect(line.asked).toBe(3);
  });

  it('says so in its place after three tries, leaves what is beside it, and comes when it is asked for', async () => {
    const { line, Part } = plain('line');
    render(
      <div>
        <p>Beside it</p>
        <Part name="Ada" />
      </div>,
    );
    await says('This could not be loaded');
    expect(line.asked).toBe(3);
    expect(screen.getByText('Beside it')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Reload' })).toBeNull();
    line.up = true;
    await userEvent.setup().click(tryAgain());
    await says('Here is Ada');
    expect(screen.queryByText('This could not be loaded', { exact: false })).toBeNull();
    expect(line.asked).toBe(4);
  });

  it('comes by itself, wherever it is missing, when the network is back; until then nobody asks in vain', async () => {
    const { line, Part } = plain('line');
    line.online = false;
    render(
      <>
        <Part name="Ada" />
        <Part name="Bob" />
      </>,
    );
    expect(await screen.findAllByText('You are offline', { exact: false })).toHaveLength(2);
    expect(line.asked).toBe(1);
    Object.assign(line, { up: true, online: true });
    act(() => {
      window.dispatchEvent(new Event('online'));
    });
    await says('Here is Ada');
    await says('Here is Bob');
    expect(line.asked).toBe(2);
  });

  it('says that there is a newer version when its file is gone, and offers to reload', async () => {
    const { line, Part } = plain('page');
    line.status = 404;
    render(<Part name="Ada" />);
    await screen.findByRole('heading', { name: 'There is a newer version of the app' });
    expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy();
    expect(line.asked).toBe(1);
    expect(globalThis.fetch).toHaveBeenCalledTimes(1);
  });

  it('says it in German', async () => {
    const { Part } = plain('line');
    render(
      <LanguageContext value="de">
        <Part name="Ada" />
      </LanguageContext>,
    );
    await says('Das ließ sich nicht laden');
    expect(screen.getByRole('button', { name: 'Noch einmal' })).toBeTruthy();
  });

  it('leaves plain words in its place, where there are some, and says once that there is a newer version', async () => {
    const { line, Part } = plain('fallback');
    line.status = 404;
    const { rerender } = render(<Part fallback="plain words" name="Ada" />);
    await waitFor(() => {
      expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([
        'There is a newer version of the app. What you wrote is kept when you reload.',
      ]);
    });
    expect(screen.getByText('plain words')).toBeTruthy();
    rerender(<Part key="other" fallback="plain words" name="Bob" />);
    await screen.findByText('plain words');
    expect(useToasts.getState().toasts).toHaveLength(1);
  });

  it('ends what was begun, when it is a dialog, says so in a message, and opens the next time', async () => {
    const { line, load } = aLine();
    const Dialog = lazyPart(load, { missing: 'toast' });
    function Opener() {
      const [open, setOpen] = useState(false);
      const close = (): void => {
        setOpen(false);
      };
      return open ? (
        <Dialog name="Ada" onMissing={close} />
      ) : (
        <button
          type="button"
          onClick={() => {
            setOpen(true);
          }}
        >
          Open
        </button>
      );
    }
    render(<Opener />);
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: 'Open' }));
    await screen.findByRole('button', { name: 'Open' });
    await waitFor(() => {
      expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(['This could not be loaded.']);
    });
    line.up = true;
    await user.click(screen.getByRole('button', { name: 'Open' }));
    await says('Here is Ada');
    expect(useToasts.getState().toasts).toHaveLength(1);
  });

  it('is shown as broken when it came and broke, and can be tried again', async () => {
    let broken = true;
    function Fragile() {
      if (broken) throw new Error('no');
      return <p>Well again</p>;
    }
    const Part = lazyPart(async () => Fragile, { missing: 'line' });
    render(<Part />);
    await says('This part broke');
    broken = false;
    await userEvent.setup().click(tryAgain());
    await says('Well again');
  });
});
