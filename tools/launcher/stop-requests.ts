/** Two signals within this time are one: the terminal, npm and the bootstrap may each pass the same Ctrl-C on. */
const sameSignalMs = 1_000;

/** Calls `first` at the first request to stop and `second` at the next one that is really another. */
export function onStopRequests(first: (why: string) => void, second: () => void): void {
  let asked = -Infinity;
  const request = (why: string): void => {
    const now = performance.now();
    if (asked === -Infinity) {
      asked = now;
      first(why);
    } else if (now - asked > sameSignalMs) second();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => request(signal));
  // The bootstrap holds the other end: when it dies, by whatever signal, nobody can stop us any more.
  process.on('disconnect', () => request('disconnect'));
  process.channel?.unref();
}
