/** Real servers on free ports, virtual time, exported port suites; for tests only. */
export { randomLog } from './random-log.ts';
export { describeStore, sampleHeader, sampleMessage, type StoreUnderTest } from './store-suite.ts';
