/** For tests only: workflows with child runs, and what is heard in them. */
import type { Branch, ChildDefinition, WorkflowDefinition } from '@colloquy/contracts';
import { agent, team, tool, type Answer, type Script, type ScriptedChat } from './test-driver.ts';

/** A branch of one agent that has its say once. */
export function branch(name: string, more: Partial<Branch> = {}): Branch {
  const pattern = { kind: 'default', initialAgent: name, afterWork: { kind: 'terminate' } } as const;
  const summary = { kind: 'last_message' } as const;
  return { name, agents: [name], pattern, history: 'none', carryover: 'none', summary, ...more };
}

/** Child runs. */
export function child(
  mode: ChildDefinition['mode'],
  branches: Branch[],
  more: Partial<ChildDefinition> = {},
): ChildDefinition {
  return { name: 'research', title: 'Research', description: '', branches, mode, ...more };
}

/** A lead who hands the turn to child runs, or calls them as a tool. */
export function led(children: ChildDefinition[], more: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  const lead = agent('lead', {
    tools: ['ask_team', 'note'],
    handoffs: [{ target: { kind: 'child', child: 'research' }, description: 'When facts are wanted' }],
  });
  const agents = [lead, ...['x', 'y', 'z'].map((name) => agent(name, { tools: ['note'], askPerson: true }))];
  const inner = { kind: 'child', child: 'research' } as const;
  return team(agents, { tools: [tool('ask_team', { source: inner }), tool('note')], children, ...more });
}

/** The lead hands its turn to them. */
export const HANDS_OVER: Answer = { calls: [{ tool: 'transfer_to_research' }] };
/** The lead calls them. */
export const ASKS: Answer = { calls: [{ tool: 'ask_team', arguments: { task: 'dig', depth: 2 } }] };

/** The lead asks first and answers then; the others say their name. */
export function script(first: Answer, more: Script = {}): Script {
  let asked = false;
  return {
    model: (request) => {
      if (request.agent !== 'lead') return { text: `${request.agent} was here` };
      if (asked) return { text: 'So that is it.' };
      asked = true;
      return first;
    },
    ...more,
  };
}

/** What was said to an agent, call by call. */
export const heardBy = (chat: ScriptedChat, name: string) =>
  chat.requests
    .filter((request) => request.agent === name)
    .map(({ messages }) => messages.map(({ content }) => content));
/** The starts of child runs. */
export const starts = (chat: ScriptedChat) => chat.all('run_started').slice(1);
/** How runs ended, and what they left. */
export const ends = (chat: ScriptedChat) =>
  chat.all('run_completed').map(({ reason, summary }) => [reason.code, summary]);
