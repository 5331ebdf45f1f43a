/**
 * What came from outside and guardrails on input have to look at.
 *
 * Invariants (tests name them):
 * G4  Nobody hears what came from outside before the guardrails that are for them have looked at it, in whatever run that
 *     is: a run that ends before an agent has spoken has had nothing looked at.
 * G5  Each guardrail looks at a message once: before the first of its agents hears it, and never after that.
 */
import type { Guardrail } from '@colloquy/contracts';
import { agentRunOf, countIn } from './agent-run.ts';
import type { Context } from './context.ts';
import { isEngineCall } from './engine-calls.ts';
import { concerns, guardrailsFor, type Subject } from './guardrails.ts';
import type { SaidItem } from './types.ts';

/** A text from outside, and the guardrails that have not looked at it yet. */
export interface InputSubject {
  readonly subject: Subject;
  readonly guardrails: readonly Guardrail[];
}

type Said = Extract<SaidItem, { kind: 'user' | 'agent' }>;

interface Input {
  /** Its place among all that was said. */
  readonly place: number;
  readonly seq: number;
  readonly messageId: string;
  readonly text: string;
}

/** What is known of all that was said. */
interface Known {
  readonly inputs: Input[];
  readonly replaced: Map<string, string>;
  /** Which guardrail has found something or nothing in which message. */
  readonly judged: Set<string>;
  /** Where each agent has spoken last: it has heard what stands before. */
  readonly spoke: Map<string, number>;
}

/** What guardrails of an agent still have to look at before it hears it, in the order in which it was said. */
export function inputSubjects(context: Context, agent: string): readonly InputSubject[] {
  const known = knownFrom(context);
  const guardrails = guardrailsFor(context, { on: 'input', agent, about: '' }).map((guardrail) => ({
    guardrail,
    ...hearersOf(context, guardrail, known),
  }));
  return known.inputs.flatMap(({ place, seq, messageId, text }): InputSubject[] => {
    const due = guardrails.filter(
      ({ guardrail, upTo, upToSeq }) =>
        place > upTo && seq > upToSeq && !known.judged.has(keyOf(guardrail.name, messageId)),
    );
    if (due.length === 0) return [];
    const value = known.replaced.get(messageId) ?? text;
    const subject: Subject = { on: 'input', agent, about: messageId, value };
    return [{ subject, guardrails: due.map(({ guardrail }) => guardrail) }];
  });
}

/** How far any agent of a guardrail has heard what was said: by its words in any run, by all its replies in this one. */
function hearersOf(context: Context, guardrail: Guardrail, { spoke }: Known): { upTo: number; upToSeq: number } {
  const { run, workflow, within } = context;
  const { heard } = agentRunOf(run);
  const hearers = (within?.workflow ?? workflow).agents.filter(({ name }) => concerns(guardrail, { agent: name }));
  return {
    upTo: Math.max(-1, ...hearers.map(({ name }) => spoke.get(name) ?? -1)),
    upToSeq: Math.max(0, ...hearers.map(({ name }) => countIn(heard, name))),
  };
}

function knownFrom({ state: { said } }: Context): Known {
  const known: Known = { inputs: [], replaced: new Map(), judged: new Set(), spoke: new Map() };
  let place = 0;
  for (const item of said) learn(known, item, place++);
  return known;
}

function learn(known: Known, item: SaidItem, place: number): void {
  switch (item.kind) {
    case 'user':
    case 'agent':
      learnText(known, item, place);
      break;
    case 'call':
      if (!isEngineCall(item)) known.spoke.set(item.agent, place);
      break;
    case 'rejected':
      known.spoke.set(item.agent, place);
      break;
    case 'replaced':
      known.replaced.set(item.about, item.text);
      known.judged.add(keyOf(item.by, item.about));
      break;
    case 'judged':
      known.judged.add(keyOf(item.by, item.about));
      break;
    default: // what tools answered and where turns went came from inside
  }
}

/** Whoever hands in what an agent has said elsewhere can have written it: it comes from outside as well. */
function learnText({ inputs, spoke }: Known, item: Said, place: number): void {
  const { text, seq, messageId } = item;
  if (item.kind === 'agent' && item.imported !== true) {
    // What child runs have left stands under their name, which an agent may have as well.
    if (!item.messageId.startsWith('child-')) spoke.set(item.agent, place);
  } else if (messageId !== undefined) inputs.push({ place, seq, messageId, text });
}

function keyOf(guardrail: string, about: string): string {
  return JSON.stringify([guardrail, about]);
}
