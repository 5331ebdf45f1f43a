/**
 * The scripted model of the contest, in a process of its own: as little as an OpenAI-compatible server can do. It says
 * `w1 w2 …` as the newest message with `[[say:<words>]] [[rate:<words a second>]]` asks; each word is a chunk, the first
 * one at once. `GET /calls` says how often it was asked. It ends when the process that started it does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Order {
  readonly words: number;
  readonly perSecond: number;
  readonly stream: boolean;
}

interface Request {
  readonly stream?: boolean | null;
  readonly messages?: readonly { readonly content?: unknown }[];
}

const HEAD = { id: 'chatcmpl-scripted', created: 1_700_000_000, model: 'scripted' };
const CHUNK = { ...HEAD, object: 'chat.completion.chunk' };
const frame = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const wordFrame = (text: string, first: boolean): string =>
  frame({
    ...CHUNK,
    choices: [{ index: 0, delta: { ...(first ? { role: 'assistant' } : {}), content: text }, finish_reason: null }],
  });
const STOP = frame({ ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usageOf = (words: number): object => ({ prompt_tokens: 20, completion_tokens: words, total_tokens: 20 + words });

let calls = 0;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function readOrder({ stream, messages = [] }: Request): Order {
  const marked = messages
    .map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content ?? '')))
    .findLast((text) => text.includes('[[say:'));
  const number = (mark: string): number =>
    Number(new RegExp(`\\[\\[${mark}:(\\d+)\\]\\]`).exec(marked ?? '')?.[1] ?? 0);
  return { words: Math.max(1, number('say')), perSecond: number('rate'), stream: stream === true };
}

function sendStream({ words, perSecond }: Order, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const began = performance.now();
  let said = 0;
  const go = (): void => {
    if (response.destroyed) return;
    const due = perSecond === 0 ? words : 1 + Math.floor(((performance.now() - began) * perSecond) / 1000);
    for (; said < Math.min(due, words); said += 1)
      response.write(wordFrame(said === 0 ? 'w1' : ` w${said + 1}`, said === 0));
    if (said < words) setTimeout(go, Math.max(0, began + (said * 1000) / perSecond - performance.now()));
    else response.end(`${STOP}${frame({ ...CHUNK, choices: [], usage: usageOf(words) })}data: [DONE]\n\n`);
  };
  go();
}

function sendWhole({ words }: Order, response: ServerResponse): void {
  const content = Array.from({ length: words }, (_, at) => `w${at + 1}`).join(' ');
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...HEAD, object: 'chat.completion', choices, usage: usageOf(words) }));
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/calls') {
    response.end(String(calls));
    return;
  }
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model' }] }));
    return;
  }
  const order = readOrder(JSON.parse(await bodyOf(request)) as Request);
  calls += 1;
  if (order.stream) sendStream(order, response);
  else sendWhole(order, response);
}

if (import.meta.main) {
  const server = createServer({ noDelay: true }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit(0));
}
