import { webBench } from './support/web-bench.ts';

export const bench = webBench(10_000);
