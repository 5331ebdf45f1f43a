/**
 * The peer LangGraph in process: a graph of one agent with its `SqliteSaver` behind a plain Node server. A run goes on when
 * its reader leaves. Who comes back gets the text when the run has ended; a run that died with the process is taken up from
 * its last checkpoint.
 */
import { createServer } from 'node:http';
import { HumanMessage } from '@langchain/core/messages';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { ChatOpenAI } from '@langchain/openai';

const [port, baseURL] = process.argv.slice(2);
const model = new ChatOpenAI({ model: 'scripted', apiKey: 'any', streaming: true, configuration: { baseURL } });
const graph = new StateGraph(MessagesAnnotation)
  .addNode('agent', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addEdge(START, 'agent')
  .addEdge('agent', END)
  .compile({ checkpointer: SqliteSaver.fromConnString('checkpoints.sqlite') });

/** Runs of this process by chat. */
const running = new Map();

async function run(id, input, response) {
  const config = { configurable: { thread_id: id }, streamMode: 'messages' };
  for await (const [chunk] of await graph.stream(input, config)) {
    if (chunk.text && !response.destroyed) response.write(`data: ${JSON.stringify({ add: chunk.text })}\n\n`);
  }
}

function started(id, input, response) {
  const ended = run(id, input, response).finally(() => running.delete(id));
  running.set(id, ended);
  return ended;
}

async function comeBack(id, response) {
  await running.get(id);
  const state = await graph.getState({ configurable: { thread_id: id } });
  if (state.next.length > 0) {
    response.write(`data: ${JSON.stringify({ whole: '' })}\n\n`);
    return started(id, null, response);
  }
  const last = state.values.messages?.at(-1);
  if (last !== undefined) response.write(`data: ${JSON.stringify({ whole: last.text })}\n\n`);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function serve(request, response) {
  const id = request.url.slice('/chats/'.length);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (request.method === 'POST') {
    const { text } = await bodyOf(request);
    await started(id, { messages: [new HumanMessage(text)] }, response);
  } else if (id !== '') await comeBack(id, response);
  response.end();
}

createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
}).listen(Number(port), '127.0.0.1');
