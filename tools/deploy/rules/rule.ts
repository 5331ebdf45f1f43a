import type { Rendering } from '../manifests.ts';

/** Something that is not as it must be. */
export interface Finding {
  /** Name of the rule. */
  readonly rule: string;
  /** Where it was found, e.g. `k8s/overlays/local`. */
  readonly in: string;
  /** What is wrong, beginning with the object: `Deployment/web: …`. */
  readonly what: string;
}

/** One thing that every rendering must keep: a pure function from the parsed manifests to what breaks it. */
export interface Rule {
  readonly name: string;
  /** The promise, in a sentence. */
  readonly says: string;
  /** What breaks it, a sentence each. */
  readonly check: (rendering: Rendering) => readonly string[];
}

/** All that rules find. */
export function findings(rules: readonly Rule[], rendering: Rendering): readonly Finding[] {
  return rules.flatMap(({ name, check }) => check(rendering).map((what) => ({ rule: name, in: rendering.name, what })));
}

/** A sentence, when something is wrong. */
export const when = (broken: boolean, what: string): readonly string[] => (broken ? [what] : []);

/** A sentence, unless something is as it must be. */
export const unless = (good: boolean, what: string): readonly string[] => (good ? [] : [what]);
