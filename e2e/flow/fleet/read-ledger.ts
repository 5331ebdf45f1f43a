import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What the tools of the workflows in a folder have written down of their effects, in that order; none yet: empty. */
export async function readLedger<Effect>(dir: string): Promise<Effect[]> {
  const text = await readFile(path.join(dir, 'ledger.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Effect);
}
