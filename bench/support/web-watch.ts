import type { Page } from 'playwright-core';

/** What a page went through while it was watched. */
export interface WebFigures {
  /** From a key's press to the paint that shows it, 95th percentile in ms. The browser counts in steps of 8 ms. */
  readonly keyP95: number;
  /** The longest task that kept the page from answering, in ms; 0 when none was over 50 ms. */
  readonly longestTask: number;
  /** Cumulative layout shift by the definition of web vitals, but right after a key as well. */
  readonly cls: number;
  /** Most elements at any look. */
  readonly nodes: number;
}

interface Watch {
  keys: number[];
  tasks: number[];
  shifts: { at: number; value: number }[];
  nodes: number;
  stop(): void;
}

/** Starts to watch a page. */
export async function watchPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch: Watch = { keys: [], tasks: [], shifts: [], nodes: 0, stop: () => undefined };
    const observers: PerformanceObserver[] = [];
    const observe = (type: string, read: (entry: PerformanceEntry) => void, more: object = {}): void => {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) read(entry);
      });
      observer.observe({ type, ...more });
      observers.push(observer);
    };
    observe(
      'event',
      ({ name, duration }) => {
        if (name === 'keydown') watch.keys.push(duration);
      },
      { durationThreshold: 16 },
    );
    observe('longtask', ({ duration }) => watch.tasks.push(duration));
    observe('layout-shift', (entry) => {
      watch.shifts.push({ at: entry.startTime, value: (entry as PerformanceEntry & { value: number }).value });
    });
    const count = (): void => {
      watch.nodes = Math.max(watch.nodes, document.querySelectorAll('*').length);
    };
    const timer = setInterval(count, 500);
    count();
    watch.stop = () => {
      clearInterval(timer);
      for (const observer of observers) observer.disconnect();
    };
    Object.assign(window, { benchWatch: watch });
  });
}

/** Ends the watch; `pressed` is how many keys were pressed: those faster than 16 ms are not reported by the browser. */
export async function figuresOf(page: Page, pressed: number): Promise<WebFigures> {
  const { keys, tasks, shifts, nodes } = await page.evaluate(async () => {
    // The browser hands entries out when it has time.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { benchWatch } = window as unknown as { benchWatch: Watch };
    benchWatch.stop();
    return { keys: benchWatch.keys, tasks: benchWatch.tasks, shifts: benchWatch.shifts, nodes: benchWatch.nodes };
  });
  const all = [...keys, ...Array.from({ length: Math.max(0, pressed - keys.length) }, () => 16)].sort((a, b) => a - b);
  return {
    keyP95: all[Math.max(0, Math.ceil(all.length * 0.95) - 1)] ?? 0,
    longestTask: Math.max(0, ...tasks),
    cls: worstWindow(shifts),
    nodes,
  };
}

/** The largest sum of a burst: at most 1 s between two shifts, at most 5 s in all. */
function worstWindow(shifts: readonly { readonly at: number; readonly value: number }[]): number {
  let [worst, sum, first, last] = [0, 0, -Infinity, -Infinity];
  for (const { at, value } of shifts) {
    if (at - last > 1000 || at - first > 5000) [sum, first] = [0, at];
    sum += value;
    last = at;
    worst = Math.max(worst, sum);
  }
  return worst;
}

/** How long a fixed piece of work takes in the page itself (not in a worker), in ms: the best of five. */
export async function calibrate(page: Page): Promise<number> {
  return page.evaluate(() => {
    const once = (): number => {
      const begun = performance.now();
      const map = new Map<string, number>();
      let sum = 0;
      for (let index = 0; index < 150_000; index++) {
        const key = `k${String(index % 5000)}`;
        map.set(key, (map.get(key) ?? 0) + index);
        sum = (sum * 31 + key.length) | 0;
      }
      return performance.now() - begun + (sum === 1 ? 1e-9 : 0);
    };
    return Math.min(...Array.from({ length: 5 }, once));
  });
}
