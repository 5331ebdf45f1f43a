/**
 * What an agent knows when it speaks.
 *
 * Invariants (tests name them):
 * V1  Every tool call is followed by its result, and every result follows its call: providers refuse anything else.
 * V2  Handing over leaves no trace in it (AG2: exclude_transit_message).
 * V3  What others said comes under their name; what they called is told in words.
 * V4  What the engine calls for itself is in nobody's view.
 * V5  A reply that did not fit its schema is seen by its agent only, with what was wrong with it, while it tries again.
 * V6  What a guardrail has replaced is never seen again, by any agent in any later run.
 * V7  What an agent's summary covers is not seen by it again; the summary stands first.
 * V8  It follows from what was said alone: a view that was made further is the view that would be made anew.
 */
import type { AgentDefinition, WorkflowDefinition } from '@colloquy/contracts';
import { agentRunOf } from './agent-run.ts';
import { fillTemplate, isTemplate } from './fill-template.ts';
import { GrowingView, type Viewer, type ViewPart } from './growing-view.ts';
import { introductionsOf } from './introductions.ts';
import type { ChatState, ModelMessage } from './types.ts';

/** The messages that a model gets when it speaks for an agent: its system message, then the chat as the agent knows it. */
export function viewOf(state: ChatState, workflow: WorkflowDefinition, agent: AgentDefinition): ModelMessage[] {
  return viewMessages(state, agent, systemMessages({ state, workflow }, agent));
}

/** The agent's system message, filled in, and who the others are where they are introduced; none when it says nothing. */
export function systemMessages(
  { state, workflow }: { readonly state: ChatState; readonly workflow: WorkflowDefinition },
  agent: AgentDefinition,
): readonly ModelMessage[] {
  // Most texts have nothing to fill, and this is asked for with every call.
  const own = isTemplate(agent.systemMessage)
    ? fillTemplate(agent.systemMessage, { ...workflow.variables, ...state.run?.variables })
    : agent.systemMessage;
  const introductions = introductionsOf(workflow, agent);
  const content = introductions === '' ? own : [own, introductions].filter(isSaid).join('\n\n');
  return isSaid(content) ? [{ role: 'system', content }] : [];
}

function isSaid(text: string): boolean {
  return text.trim() !== '';
}

/** The chat as an agent knows it, in parts that must not be taken apart. */
export function viewParts(state: ChatState, agent: Viewer): readonly ViewPart[] {
  return knownView(state, agent).parts();
}

/** The same as the messages of those parts, in a list of their own. @param first - what stands before them */
export function viewMessages(state: ChatState, agent: Viewer, first: readonly ModelMessage[] = []): ModelMessage[] {
  return knownView(state, agent).messages(first);
}

/** What was said after the first `from` items, as nobody's view: all of it comes under the name of who said it. */
export function partsFrom(state: ChatState, from: number): readonly ViewPart[] {
  const view = new GrowingView({ name: '' }, rejectedIn(state));
  view.grow(state.said, from);
  return view.parts();
}

/**
 * Views that were made before, by the line of what was said and by whose view it is. A chat is asked for the views of
 * its agents with every step: they are made further instead of made again, else a step would cost the more the longer
 * the chat is. What they say follows from the list alone, whatever was kept (V8).
 */
const views = new WeakMap<object, Map<string, GrowingView>>();

function knownView(state: ChatState, agent: Viewer): GrowingView {
  const { said } = state;
  const rejected = rejectedIn(state);
  const ofLine = views.get(said.line) ?? new Map<string, GrowingView>();
  views.set(said.line, ofLine);
  const known = ofLine.get(agent.name);
  if (known?.canGrow(said, { agent, rejected }) === true) {
    known.grow(said);
    return known;
  }
  const view = new GrowingView(agent, rejected);
  view.grow(said);
  ofLine.set(agent.name, view);
  return view;
}

function rejectedIn({ run }: ChatState): readonly string[] {
  return run === undefined ? NONE : agentRunOf(run).rejected;
}

const NONE: readonly string[] = [];
