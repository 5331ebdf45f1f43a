/** Variables of a run, from its changes. */
import type { Json } from '@colloquy/contracts';
import type { ContextChange } from '@colloquy/transcript';

/** One variable with everything it was. */
export interface Variable {
  readonly name: string;
  /** Oldest first; the last one is what it is now. */
  readonly history: readonly { readonly change: ContextChange; readonly value: Json }[];
}

/** The variables whose values may be seen, those that changed last first. */
export function variablesOf(changes: readonly ContextChange[]): readonly Variable[] {
  const known = new Map<string, { change: ContextChange; value: Json }[]>();
  for (const change of changes) {
    for (const [name, value] of Object.entries(change.set ?? {})) {
      const history = known.get(name) ?? [];
      history.push({ change, value });
      known.set(name, history);
    }
  }
  const lastOf = ({ history }: Variable): number => history.at(-1)?.change.seq ?? 0;
  return [...known].map(([name, history]) => ({ name, history })).sort((a, b) => lastOf(b) - lastOf(a));
}
