/** The peer Vercel AI SDK: its `streamText` and its stream of UI messages behind a plain Node server. */
import { createServer } from 'node:http';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { convertToModelMessages, pipeUIMessageStreamToResponse, streamText, toUIMessageStream } from 'ai';

const [port, baseURL] = process.argv.slice(2);
const model = createOpenAICompatible({ name: 'scripted', baseURL, apiKey: 'any' })('scripted');

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

async function chat(request, response) {
  const { messages } = await bodyOf(request);
  // As its documentation has it: who goes away stops the model, unless streams are resumable.
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const result = streamText({
    model,
    messages: await convertToModelMessages(messages),
    abortSignal: gone.signal,
    onError: () => undefined,
  });
  pipeUIMessageStreamToResponse({ response, stream: toUIMessageStream({ stream: result.stream }) });
}

const server = createServer((request, response) => {
  if (request.method === 'POST') chat(request, response).catch(() => response.destroy());
  else response.end('ok');
});
server.listen(Number(port), '127.0.0.1');
