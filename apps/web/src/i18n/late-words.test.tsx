/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it } from '@jest/globals';
import { act, cleanup, render, screen } from '@testing-library/react';
import { Suspense } from 'react';
import { defineWords } from './define-words.ts';
import { LanguageProvider } from './language-provider.tsx';

const english = { hello: 'Hello' };

/** Words whose file is not there at first. */
function words() {
  const net = { there: false, asked: 0 };
  const useWords = defineWords(english, {
    de: async () => {
      net.asked++;
      // Who asks without end is held up here, so that the test can count.
      if (net.asked > 50) await new Promise(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 1)); // a network takes its time
      if (!net.there) throw new Error('no network');
      return { words: { hello: 'Hallo' } };
    },
  });
  function Greeting() {
    return <p>{useWords().hello}</p>;
  }
  return { net, Greeting };
}

describe('words that cannot be loaded', () => {
  afterEach(cleanup);

  it('are not asked for without end: the page speaks English, and German once the network is back', async () => {
    const { net, Greeting } = words();
    await act(async () => {
      render(
        <LanguageProvider language="de">
          <Suspense fallback="…">
            <Greeting />
            <Greeting />
          </Suspense>
        </LanguageProvider>,
      );
    });
    expect(await screen.findAllByText('Hello', {}, { timeout: 8_000 })).toHaveLength(2);
    expect(net.asked).toBeLessThan(5);
    net.there = true;
    act(() => {
      window.dispatchEvent(new Event('online'));
    });
    expect(await screen.findAllByText('Hallo')).toHaveLength(2);
    expect(screen.queryByText('…')).toBeNull();
    expect(net.asked).toBeLessThan(6);
  });
});
