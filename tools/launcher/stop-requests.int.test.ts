import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '../servers/wait-for.ts';

const program = `
import { onStopRequests } from ${JSON.stringify(join(import.meta.dirname, 'stop-requests.ts'))};
onStopRequests(() => console.log('first'), () => process.exit(7));
setInterval(() => undefined, 1000);
console.log('runs');
`;

describe('requests to stop', () => {
  it('are one within a second, as npm and the terminal both pass a Ctrl-C on; a later one is another', async () => {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const says = (what: string): Promise<void> =>
      waitFor({ what, until: () => printed.includes(what), deadlineMs: 10_000 });
    try {
      await says('runs');
      child.kill('SIGINT');
      await says('first');
      const began = performance.now();
      // Real time passes here: the second in which they are one.
      const again = setInterval(() => child.kill('SIGINT'), 50);
      const [code] = await exited;
      clearInterval(again);
      expect(code).toBe(7);
      expect(performance.now() - began).toBeGreaterThan(800);
      expect(printed.match(/first/g)).toHaveLength(1);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
