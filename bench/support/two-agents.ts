/**
 * The loop that the engine and its peer both run, step by step the same: two agents in turns. Each turn is three steps:
 * its model calls a tool, the tool answers, its model says a sentence and hands over; the last turn ends the run instead.
 *
 * A step is one model call or one tool call, nothing else: choosing the speaker, starting a run and ending it are work
 * that the sides do between steps and that counts for nothing. The model is scripted, in process, answers at once and
 * does not stream.
 */
import { workflowDefinitionSchema, type AgentDefinition, type WorkflowDefinition } from '@colloquy/contracts';

/** What is said in the loop; the peer gets the very same. */
export interface TwoAgents {
  /** How often an agent has the turn in one chat. */
  readonly turns: number;
  readonly agents: readonly [string, string];
  readonly tool: string;
  readonly system: string;
  readonly question: string;
  /** Said with the tool call. */
  readonly calling: string;
  /** The argument of the tool call; the number of the turn follows it, so that no two calls are the same. */
  readonly query: string;
  /** What the tool answers. */
  readonly result: string;
  /** Said when the turn is over. */
  readonly done: string;
}

/** Texts as long as those of real agents: a sentence or two each, and a result of half a kilobyte. */
export const TWO_AGENTS: TwoAgents = {
  turns: 10,
  agents: ['alpha', 'beta'],
  tool: 'look_up',
  system: 'You work in a team of two. Look up what is missing, say what you found, and hand over to the other one.',
  question: 'Which of our suppliers can deliver four hundred units before the end of the month, and at what price?',
  calling: 'I look up what the catalogue says about the suppliers that we have not checked so far.',
  query: 'suppliers that deliver four hundred units, page ',
  result: 'Supplier 12 delivers 150 units in nine days for 18.40 each; its rating is 4.6 of 5. '.repeat(6),
  done: 'Two of them can deliver in time; their prices are in the table above. The other one goes on from here.',
};

/** Model and tool calls of one turn. */
const STEPS_A_TURN = 3;

/** Steps of one chat. */
export const stepsOf = ({ turns }: TwoAgents): number => turns * STEPS_A_TURN;

/** The tool by which an agent hands over. */
export const transferTo = (agent: string): string => `transfer_to_${agent}`;

function agent(loop: TwoAgents, name: string, other: string): AgentDefinition {
  return {
    name,
    title: name,
    description: `Finds out what ${other} does not know`,
    systemMessage: loop.system,
    model: 'default',
    parameters: {},
    tools: [loop.tool],
    handoffs: [{ target: { kind: 'agent', agent: other }, description: `When it is the turn of ${other}` }],
    askPerson: false,
  };
}

/** The loop as a workflow of ours. */
export function twoAgentsWorkflow(loop: TwoAgents): WorkflowDefinition {
  const [first, second] = loop.agents;
  return workflowDefinitionSchema.parse({
    name: 'two-agents',
    title: 'Two agents',
    description: 'Two agents that call a tool and hand over',
    starters: [],
    pattern: { kind: 'default', initialAgent: first, afterWork: { kind: 'terminate' } },
    agents: [agent(loop, first, second), agent(loop, second, first)],
    tools: [
      {
        name: loop.tool,
        description: 'Looks something up in the catalogue',
        inputSchema: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
        timeoutMs: 5000,
        idempotent: true,
        onInterrupted: 'retry',
        approval: 'none',
      },
    ],
    variables: {},
    limits: {
      maxTurns: loop.turns + 1,
      maxToolCalls: loop.turns + 1,
      // Handing over to and fro is what this loop is about.
      maxRepeatedHandoffs: loop.turns + 1,
    },
    onNewInput: 'queue',
    sequentialTools: false,
  });
}
