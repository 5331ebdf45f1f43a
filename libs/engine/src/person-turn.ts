/**
 * An agent with a person beside it (AG2: human_input_mode). What the person says is theirs, not the agent's: AG2 puts it
 * under the agent's name. No text means: go on as if nobody had asked.
 */
import type { AgentDefinition } from '@colloquy/contracts';
import { agentRunOf, countIn } from './agent-run.ts';
import { titleOf, type Context } from './context.ts';
import type { Question, Step } from './types.ts';

/** Asks the person before the agent speaks, once a turn; undefined when there is nothing to ask. */
export function askBeforeTurn(context: Context, agent: AgentDefinition): Step | undefined {
  if (agent.person !== 'always' || agentRunOf(context.run).askedTurn) return undefined;
  const prompt = `${titleOf(context.workflow, agent.name)} is about to speak. Do you want to say something first?`;
  return asking(agent, 'turn', prompt);
}

/** Asks the person before the run ends, or the agent is passed over; undefined when that may happen. */
export function askBeforeEnd(context: Context, agent: AgentDefinition | undefined, why: string): Step | undefined {
  if (agent === undefined || (agent.person ?? 'never') === 'never') return undefined;
  if (agentRunOf(context.run).askedEnd) return undefined;
  return asking(agent, 'end', `${why} Say something to go on, or nothing to end here.`);
}

function asking(agent: AgentDefinition, purpose: 'turn' | 'end', prompt: string): Step {
  const expiresInMs = agent.questionExpiry?.afterMs;
  const question: Question = {
    kind: 'text',
    agent: agent.name,
    prompt,
    purpose,
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
  };
  return { kind: 'ask_person', questions: [question] };
}

/** True when the agent has had as many turns as it may have without a person. */
export function hasHadItsTurns({ run }: Context, agent: AgentDefinition | undefined): boolean {
  if (agent?.maxReplies === undefined) return false;
  return countIn(agentRunOf(run).turnsOf, agent.name) > agent.maxReplies;
}
