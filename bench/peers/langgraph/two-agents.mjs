/**
 * The peer of `npm run bench -- engine`: @langchain/langgraph runs the loop of `bench/support/two-agents.ts`, in a
 * process of its own that is asked over IPC. Whatever there was to choose is chosen as LangGraph is fastest: agents hand
 * over by conditional edges and not by a tool, nothing is streamed, and each measurement begins with an empty store.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { END, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import Database from 'better-sqlite3';
import { z } from 'zod';

/** After the question each turn leaves three messages: the call, its result, the last word. */
const turnOf = (messages) => Math.floor((messages.length - 1) / 3);

/** Where the loop is, by what was said. */
function plan({ agents, turns }) {
  const holder = (messages) => agents[turnOf(messages) % agents.length];
  return {
    afterAgent: ({ messages }) => {
      if ((messages.at(-1)?.tool_calls?.length ?? 0) > 0) return 'tools';
      return turnOf(messages) >= turns ? END : holder(messages);
    },
    afterTools: ({ messages }) => holder(messages),
  };
}

/** What the scripted model says to a prompt, which is the system message and what was said. */
function answer(loop, prompt) {
  if (prompt.at(-1)?.getType() === 'tool') return new AIMessage({ content: loop.done });
  const turn = turnOf(prompt.slice(1));
  const call = { id: `call-${turn}`, name: loop.tool, args: { query: `${loop.query}${turn + 1}` }, type: 'tool_call' };
  return new AIMessage({ content: loop.calling, tool_calls: [call] });
}

/** A chat model as integrations write theirs. */
class ScriptedChatModel extends BaseChatModel {
  #loop;

  constructor(loop) {
    super({});
    this.#loop = loop;
  }

  _llmType() {
    return 'scripted';
  }

  bindTools(tools) {
    return this.withConfig({ tools: tools.map((each) => convertToOpenAITool(each)) });
  }

  _generate(prompt) {
    const message = answer(this.#loop, prompt);
    return Promise.resolve({ generations: [{ text: message.text, message }] });
  }
}

/** The loop as a graph, as the documentation has it: models with bound tools, the prebuilt node that runs tools. */
function graphOf(loop, { checkpointer, count }) {
  const { agents } = loop;
  const { afterAgent, afterTools } = plan(loop);
  const lookUp = tool(() => loop.result, {
    name: loop.tool,
    description: 'Looks something up in the catalogue',
    schema: z.object({ query: z.string() }),
  });
  const model = new ScriptedChatModel(loop).bindTools([lookUp]);
  const toolNode = new ToolNode([lookUp]);
  const agent = async ({ messages }) => {
    count();
    return { messages: [await model.invoke([new SystemMessage(loop.system), ...messages])] };
  };
  const tools = (state, config) => {
    count();
    return toolNode.invoke(state, config);
  };
  const builder = new StateGraph(MessagesAnnotation).addNode('tools', tools);
  for (const name of agents) {
    builder.addNode(name, agent).addConditionalEdges(name, afterAgent, ['tools', ...agents, END]);
  }
  builder.addEdge(START, agents[0]).addConditionalEdges('tools', afterTools, [...agents]);
  return builder.compile({ checkpointer });
}

/** Runs so many chats, so many at once. */
async function runChats(loop, { checkpointer, chats, atOnce }) {
  let steps = 0;
  const graph = graphOf(loop, { checkpointer, count: () => (steps += 1) });
  let begun = 0;
  const lane = async () => {
    while (begun < chats) {
      begun += 1;
      const configurable = { thread_id: `chat-${begun}` };
      const ended = await graph.invoke(
        { messages: [new HumanMessage(loop.question)] },
        { configurable, recursionLimit: loop.turns * 3 + 2 },
      );
      if (turnOf(ended.messages) !== loop.turns) throw new Error('a chat ended before its time');
    }
  };
  const cpu = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, lane));
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { steps, wallMs, cpuMs: (user + system) / 1000 };
}

async function withSqlite({ synchronous }, work) {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-bench-'));
  const database = new Database(path.join(folder, 'checkpoints.sqlite'));
  try {
    if (synchronous !== undefined) database.pragma(`synchronous=${synchronous}`);
    return await work(new SqliteSaver(database));
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** By name of the checkpointer. Each measurement begins with an empty one. */
const measurements = {
  memory: (loop, of) => runChats(loop, { ...of, checkpointer: new MemorySaver() }),
  /** As the package sets it up: a write-ahead log, synced with each write. */
  sqlite: (loop, of) => withSqlite({}, (checkpointer) => runChats(loop, { ...of, checkpointer })),
  /** The same, but never synced. */
  'sqlite-unsynced': (loop, of) =>
    withSqlite({ synchronous: 'OFF' }, (checkpointer) => runChats(loop, { ...of, checkpointer })),
};

process.on('message', ({ checkpointer, loop, ...of }) => {
  measurements[checkpointer](loop, of).then(
    (measured) => process.send?.({ measured }),
    (error) => process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
