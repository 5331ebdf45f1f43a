/**
 * What a model is asked that chooses who speaks next, and what comes of its answer.
 *
 * Invariants (tests name them):
 * S1  The candidates are the choices of a tool that it must call: no name that is none can be meant.
 * S2  The call is counted, whatever its answer. An answer that cannot be used is on the log, so that the next try knows
 *     of it, but no agent hears it.
 */
import type { NewEvent } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { cut, field, jsonText } from './json-text.ts';
import { mentionedNames } from './mentioned-names.ts';
import { agentOf } from './model-tools.ts';
import { SELECT_SPEAKER } from './reserved-tools.ts';
import { selected } from './selected-events.ts';
import { speakerRunOf } from './speaker-run.ts';
import type { ModelMessage, ModelRequest, ModelResult, ModelTool, RunState } from './types.ts';
import { viewOf } from './view-of.ts';

/** How much of an answer that cannot be used is kept, in UTF-16 code units. */
const KEPT_LENGTH = 500;

interface Selection {
  readonly candidates: readonly string[];
  readonly instruction?: string | undefined;
  readonly model: string;
}

/** The call by which a model chooses one of the candidates. */
export function selectionRequest(context: Context, { candidates, instruction, model }: Selection): ModelRequest {
  const { state, run, workflow } = context;
  const system = [
    'You lead a chat between agents. You do not speak in it: you only choose who speaks next.',
    `Those who can speak next:\n${candidates.map((name) => describe(context, name)).join('\n')}`,
    ...(instruction === undefined ? [] : [instruction]),
  ].join('\n\n');
  // To somebody who is no agent all that was said was said by others.
  const leader = { name: '', title: '', description: '', systemMessage: system, model, parameters: {}, tools: [] };
  const heard = viewOf(state, workflow, { ...leader, handoffs: [], askPerson: false });
  return {
    agent: run.speaker ?? workflow.pattern.initialAgent,
    purpose: 'select_speaker',
    model,
    parameters: {},
    messages: [...heard, ...correctionsOf(run, candidates)],
    tools: [toolOf(candidates)],
    forceTool: SELECT_SPEAKER,
  };
}

function describe({ workflow }: Context, name: string): string {
  const agent = agentOf(workflow, name);
  if (agent === undefined) return `- ${name}: the person whom the agents work for`;
  const about = agent.description === '' ? agent.title : agent.description;
  return about === '' ? `- ${name}` : `- ${name}: ${about}`;
}

function correctionsOf(run: RunState, candidates: readonly string[]): ModelMessage[] {
  const wanted = `Call ${SELECT_SPEAKER} with exactly one of these names: ${candidates.join(', ')}.`;
  const wrong = speakerRunOf(run).wrong.flatMap((text): ModelMessage[] => [
    { role: 'assistant', content: text === '' ? '(nothing)' : text },
    { role: 'user', content: `That is not one of them. ${wanted}` },
  ]);
  return wrong.length > 0 ? wrong : [{ role: 'user', content: `Who speaks next? ${wanted}` }];
}

function toolOf(candidates: readonly string[]): ModelTool {
  return {
    name: SELECT_SPEAKER,
    description: 'Says who speaks next.',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', enum: [...candidates], description: 'Who speaks next' },
        reason: { type: 'string', description: 'Why, in one sentence' },
      },
      required: ['name'],
      additionalProperties: false,
    },
  };
}

/** The events of an answer, for one commit with its usage. */
export function selectionEvents(
  context: Context,
  { request, result }: { request: ModelRequest; result: ModelResult },
  usage: NewEvent,
): NewEvent[] {
  const candidates = candidatesIn(request);
  const { names, reason, said } = answerIn(result, candidates);
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) return [...unusable(context.run, { request, result, said }), usage];
  return [usage, ...selected(context, name, { by: 'model', candidates, ...(reason === '' ? {} : { reason }) })];
}

/** Who is next when the model failed for good that was to choose: as after answers that could not be used. */
export function unchosenEvents(
  context: Context,
  { tools, otherwise }: ModelRequest,
  { message }: { readonly message: string },
): NewEvent[] | undefined {
  if (otherwise === undefined) return undefined;
  const { agent, by } = otherwise;
  const reason = `The model that was to choose failed: ${message} It is the next one in the list.`;
  return selected(context, agent, { by, candidates: candidatesIn({ tools }), reason });
}

function candidatesIn({ tools }: Pick<ModelRequest, 'tools'>): string[] {
  const name = field(tools[0]?.inputSchema['properties'], 'name');
  const choices = field(name, 'enum');
  return Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : [];
}

/** A model that cannot be made to call a tool says the name in its text. */
function answerIn({ toolCalls, text }: ModelResult, candidates: readonly string[]) {
  const call = toolCalls.find(({ tool }) => tool === SELECT_SPEAKER);
  const wanted = field(call?.arguments, 'name');
  const said = call === undefined ? text : jsonText(wanted ?? call.arguments);
  const reason = field(call?.arguments, 'reason');
  return {
    names: mentionedNames(said, candidates),
    reason: typeof reason === 'string' ? reason.trim() : '',
    said: cut(said, KEPT_LENGTH),
  };
}

function unusable(
  { runId }: RunState,
  { request, result, said }: { request: ModelRequest; result: ModelResult; said: string },
): NewEvent[] {
  const { agent } = request;
  const { messageId, model } = result;
  const purpose = 'select_speaker';
  return [
    { type: 'message_started', runId, agent, messageId, kind: 'text', purpose, model, attempt: 1 },
    { type: 'message_aborted', runId, agent, messageId, text: said, reason: 'invalid', purpose },
  ];
}
