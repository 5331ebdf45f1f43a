/** Real servers on free ports, virtual time, exported port suites; for tests only. */
export {};
