/** The choice of a speaker out of several: by a model, or by the person. */
import { decide, titleOf, type Context } from './context.ts';
import { nobody, selected, type SelectedBy } from './selected-events.ts';
import { selectionRequest } from './select-speaker.ts';
import { everybody } from './speaker-candidates.ts';
import { speakerRunOf } from './speaker-run.ts';
import type { Question, Step } from './types.ts';

/** Tries with a correction when a model chose nobody, if nothing says how many. */
const MAX_RETRIES = 2;

/** A choice that is to be made. */
export interface Choice {
  readonly candidates: readonly string[];
  /** Of the choice that needs nobody: the only candidate, and who is next when the model could not say. */
  readonly by: SelectedBy;
  readonly instruction?: string | undefined;
}

/** A model chooses: one of two or more. */
export function chooseByModel(context: Context, choice: Choice): Step {
  const { candidates, by } = choice;
  const [only, ...others] = candidates;
  if (only === undefined) return decide(nobody(context));
  if (others.length === 0) return decide(selected(context, only, { by, candidates: [only] }));
  const { pattern } = context.workflow;
  const { model = 'default', maxRetries = MAX_RETRIES } = pattern.kind === 'auto' ? pattern : {};
  const tries = speakerRunOf(context.run).wrong.length;
  const next = nextInOrder(context, candidates) ?? only;
  if (tries <= maxRetries) {
    const otherwise = { agent: next, by };
    return { kind: 'call_model', request: { ...selectionRequest(context, { ...choice, model }), otherwise } };
  }
  const reason = `No choice of the model could be used (${String(tries)} tries): it is the next one in the list.`;
  return decide(selected(context, next, { by, candidates: [...candidates], reason }));
}

/** The person chooses: one of two or more. */
export function chooseByPerson(context: Context, choice: Choice): Step {
  const { candidates, by } = choice;
  const [only, ...others] = candidates;
  if (only === undefined) return decide(nobody(context));
  if (others.length === 0) return decide(selected(context, only, { by, candidates: [only] }));
  const { picked } = speakerRunOf(context.run);
  if (picked === undefined) return { kind: 'ask_person', questions: [questionOf(context, candidates)] };
  const about = { candidates: [...candidates] };
  const { value } = picked;
  if (typeof value === 'string' && candidates.includes(value)) {
    return decide(selected(context, value, { by: 'human', ...about }));
  }
  const reason = 'Nobody was chosen: it is the next one in the list.';
  return decide(selected(context, nextInOrder(context, candidates) ?? only, { by, ...about, reason }));
}

function questionOf({ run, workflow }: Context, candidates: readonly string[]): Question {
  const titles = candidates.map((name) => {
    const title = titleOf(workflow, name);
    return title === name ? name : `${name} (${title})`;
  });
  const expiresInMs = workflow.questionExpiry?.afterMs;
  return {
    kind: 'choice',
    purpose: 'select_speaker',
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
    agent: run.speaker ?? workflow.pattern.initialAgent,
    prompt: `Who is to speak next: ${titles.join(', ')}?`,
    schema: { enum: [...candidates] },
  };
}

/** The first of the candidates after the one that spoke, as they take turns; the first of all when that one is none. */
export function nextInOrder(context: Context, candidates: readonly string[]): string | undefined {
  const order = everybody(context);
  const after = order.indexOf(context.run.speaker ?? '') + 1;
  return [...order.slice(after), ...order.slice(0, after)].find((name) => candidates.includes(name));
}
