import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ModelServer } from './peer.ts';

/** Starts the scripted model in a process of its own. */
export async function startModel(): Promise<ModelServer> {
  const child = fork(path.join(import.meta.dirname, 'model-server.ts'), [], { execArgv: [] });
  const exited = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exited.then(() => undefined)]);
  if (first === undefined || child.pid === undefined) throw new Error('the scripted model did not start');
  const base = `http://127.0.0.1:${String(first[0])}`;
  return {
    url: `${base}/v1`,
    pid: child.pid,
    calls: async () => Number(await (await fetch(`${base}/calls`)).text()),
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
