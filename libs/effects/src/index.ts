/** Performs steps: model calls and tools. */
export {};
