/** The title of a chat: made once, as a step of a run before the chat first comes to rest, never over a person's own. */
import type { NewEvent, NewEventOf, WorkflowDefinition } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import { decide, type Context } from './context.ts';
import { heardTexts } from './heard-texts.ts';
import { cut, head } from './json-text.ts';
import type { ChatState, ModelRequest, Step } from './types.ts';

const MAX_LENGTH = 60;

/** How much of each text a model sees to find a title, in UTF-16 code units. */
const SEEN_LENGTH = 1000;

const LIMIT_CODES: ReadonlySet<string> = new Set([
  'budget_usd',
  'budget_tokens',
  'chat_budget_usd',
  'chat_budget_tokens',
  'user_budget',
  'deadline',
]);

const PROMPT =
  'Write a title for this chat: at most six words, in the language of the person, without quotes or a full stop. ' +
  'Answer with the title only.';

/** The first words of a text: at most 60 UTF-16 code units, cut between words where there are any. */
export function firstWords(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= MAX_LENGTH) return line;
  const space = line.lastIndexOf(' ', MAX_LENGTH);
  const end = space > 0 ? space : MAX_LENGTH;
  return head(line, end);
}

/** Title events from what a model wrote, or from the first words when it wrote nothing; none when there is a title. */
export function titleEvents(state: ChatState, written = '', fallback = ''): NewEvent[] {
  if (state.title !== undefined) return [];
  const bare = written.trim().replace(/^(["'`*#“„«]|title:|\s)+|["'`*”“».\s]+$/gi, '');
  const title = [bare, firstUserText(state), fallback].map(firstWords).find((words) => words !== '') ?? 'New chat';
  const runId = state.run?.runId;
  return [{ type: 'chat_renamed', title, by: 'workflow', ...(runId === undefined ? {} : { runId }) }];
}

function firstUserText(state: ChatState): string {
  const first = heardTexts(state.said).find(({ kind }) => kind === 'user');
  return first === undefined ? '' : first.text || (first.attachments ?? []).map(({ name }) => name).join(', ');
}

/**
 * Makes the title together with `step`, or before it when a model is to be asked. Where guardrails look at what the person
 * says, there is no title before they have looked: it tells what is said, to other devices and to a model.
 */
export function withTitle(context: Context, step: Step): Step {
  const { state, workflow } = context;
  if (state.title !== undefined) return step;
  const completed = completionIn(step);
  if (!isLookedAt(context, step)) {
    return completed === undefined ? step : decide([...namedEvents(context), ...eventsOf(step)]);
  }
  const byModel = workflow.titleModel !== undefined && !LIMIT_CODES.has(completed?.reason.code ?? '');
  if (!byModel) return withFirstWords(context, step);
  const resting = completed !== undefined || step.kind === 'rest';
  return resting ? { kind: 'call_model', request: titleRequest(context, workflow.titleModel) } : step;
}

/** What the person said has gone to an agent, or is what guardrails have left of it; or no guardrail looks at it. */
function isLookedAt({ run, workflow }: Context, step: Step): boolean {
  if (!looksAtInput(workflow)) return true;
  const { heard, stoppedBy } = agentRunOf(run);
  return isHeard(step) || stoppedBy !== undefined || Object.keys(heard).length > 0;
}

function looksAtInput({ guardrails = [] }: WorkflowDefinition): boolean {
  return guardrails.some(({ on }) => on === 'input');
}

/** The step by which an agent is told what the person said. */
function isHeard(step: Step): boolean {
  return step.kind === 'call_model' && step.request.purpose === 'reply';
}

/** Nobody may tell what was said: the chat is called as its workflow is. */
function namedEvents({ run, workflow }: Context): NewEvent[] {
  return [{ type: 'chat_renamed', title: firstWords(workflow.title) || 'New chat', by: 'workflow', runId: run.runId }];
}

function eventsOf(step: Step): readonly NewEvent[] {
  return step.kind === 'decide' ? step.events : [];
}

function completionIn(step: Step): NewEventOf<'run_completed'> | undefined {
  return eventsOf(step).find((event) => event.type === 'run_completed');
}

/** With the first speaker already, so that the list of chats shows it at once. */
function withFirstWords({ state, workflow }: Context, step: Step): Step {
  const title = titleEvents(state, '', workflow.title);
  if (step.kind === 'rest' || (isHeard(step) && looksAtInput(workflow))) return decide(title);
  if (step.kind !== 'decide' || !(completionIn(step) !== undefined || selects(step.events))) return step;
  return decide([...title, ...step.events]);
}

function selects(events: readonly NewEvent[]): boolean {
  return events.some(({ type }) => type === 'speaker_selected');
}

function titleRequest({ state, run, workflow }: Context, model = ''): ModelRequest {
  const said = cut(firstUserText(state), SEEN_LENGTH);
  const answer = cut(run.lastReply ?? '', SEEN_LENGTH);
  const content = answer === '' ? said : `${said}\n\nThe answer began: ${answer}`;
  return {
    agent: run.speaker ?? workflow.pattern.initialAgent,
    purpose: 'title',
    model,
    parameters: {},
    messages: [
      { role: 'system', content: PROMPT },
      { role: 'user', content },
    ],
    tools: [],
  };
}
