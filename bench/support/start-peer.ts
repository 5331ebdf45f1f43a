import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** What the peer listens to. */
export const PEER_SUBJECTS = {
  /** Answers with what it got. */
  echo: 'bench.echo',
  /** Counts. */
  count: 'bench.count',
  /** Answers with how many it has counted since it was last asked. */
  heard: 'bench.heard',
} as const;

/** Starts the peer on a broker; resolves once it listens. Gives how to stop it. */
export async function startPeer(url: string): Promise<() => Promise<void>> {
  const child = fork(path.join(import.meta.dirname, 'peer.ts'), [url]);
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (first === undefined) throw new Error('the peer of the benchmark did not start');
  return async () => {
    if (child.connected) child.disconnect();
    await exited;
  };
}
