import type { ChildRun } from './types.ts';

/** What child runs that were asked for together have come to. */
export interface Joined {
  /** True when the join of their mode has what it was made for. */
  readonly ok: boolean;
  /** What whoever asked for them hears. */
  readonly text: string;
}

/** Child runs that have ended, joined by their mode. */
export function joined(runs: readonly ChildRun[]): Joined {
  const ended = runs.flatMap(({ branch, outcome }) => (outcome === undefined ? [] : [{ branch, ...outcome }]));
  const bySeq = ended.toSorted((a, b) => a.seq - b.seq);
  const good = bySeq.filter(({ ok }) => ok);
  const finished = good.find(({ limited }) => limited !== true);
  switch (runs[0]?.mode) {
    case 'sequence':
      // What a later branch makes of the earlier ones is all that counts.
      return plainly(bySeq.at(-1));
    case 'any':
      return plainly(bySeq[0]);
    case 'first_success':
      return finished === undefined ? { ok: false, text: told(ended) } : plainly(finished);
    default:
      return { ok: good.length > 0, text: told(ended) };
  }
}

function plainly(ended: Joined | undefined): Joined {
  return { ok: ended?.ok === true, text: ended?.text ?? '' };
}

function told(ended: readonly { branch: string; ok: boolean; text: string }[]): string {
  const only = ended.length === 1;
  return ended.map(({ branch, ok, text }) => `${only ? '' : `${branch}: `}${ok ? '' : 'failed: '}${text}`).join('\n\n');
}
