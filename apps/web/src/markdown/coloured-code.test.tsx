/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Suspense } from 'react';
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const net = { there: false, asked: 0 };
const { createLowlight } = await import('lowlight');
// It links every grammar itself here, so that the loading of one cannot fail: what comes right after it does.
jest.unstable_mockModule('lowlight', () => ({
  createLowlight: () => {
    const real = createLowlight();
    const register = (...grammar: Parameters<typeof real.register>): void => {
      net.asked++;
      if (!net.there) throw new Error('no network');
      real.register(...grammar);
    };
    return { ...real, register };
  },
}));
const { ColouredCode } = await import('./coloured-code.tsx');

describe('code whose colours cannot be loaded', () => {
  afterEach(cleanup);

  it('stays plain, without asking without end, and gets them when the network is back', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined); // React reports what is caught
    const offline = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    const { container } = await act(async () =>
      render(
        <Suspense fallback="…">
          <ColouredCode code='{"a": 1}' language="json" />
        </Suspense>,
      ),
    );
    await act(async () => new Promise((resolve) => setTimeout(resolve, 50))); // long enough to ask fifty times
    expect(net.asked).toBe(1);
    expect(screen.getByText('{"a": 1}')).toBeTruthy();
    net.there = true;
    offline.mockRestore();
    act(() => {
      window.dispatchEvent(new Event('online'));
    });
    await waitFor(() => {
      expect(container.querySelector('.hljs-attr')?.textContent).toBe('"a"');
    });
    expect(net.asked).toBe(2);
  });
});
