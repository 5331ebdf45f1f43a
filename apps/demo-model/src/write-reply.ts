import type { ChatRequest } from './chat-request.ts';
import { chooseScript, planCall, readHints } from './choose-script.ts';
import { fillSchema } from './fill-schema.ts';
import { writeTitle } from './key-words.ts';
import { readCalls, readWords } from './markers.ts';
import { readPrompt, type Prompt } from './read-prompt.ts';
import type { Reply } from './reply.ts';
import type { Script } from './script.ts';

const TITLE_PROMPT = /\b(?:write|give|make|generate|create|suggest|purpose:?)\W+(?:[\w-]+\W+){0,8}title\b/i;

/** Whether the request asks for a title of the chat, not for a reply in it. */
export function asksForTitle(prompt: Prompt): boolean {
  if (prompt.purpose !== undefined) return prompt.purpose === 'title';
  return prompt.tools.length === 0 && TITLE_PROMPT.test(prompt.system);
}

function say(text: string): Reply {
  return { text, calls: [] };
}

/** What a person's markers ask for; they go before every script. */
function followMarkers(prompt: Prompt): Reply | undefined {
  const calls = readCalls(prompt.lastUser);
  if (calls.length > 0) {
    if (prompt.results.length === 0) return { text: '', calls };
    return say(`done: ${prompt.results.map(({ text }) => text).join(' | ')}`);
  }
  const words = readWords(prompt.lastUser);
  return words === undefined ? undefined : say(words);
}

function callAsForced(request: ChatRequest, prompt: Prompt): Reply | undefined {
  const { tool_choice: choice } = request;
  if (choice === undefined || choice === 'none' || choice === 'auto') return undefined;
  const tool =
    choice === 'required' ? prompt.tools[0] : prompt.tools.find((each) => each.function.name === choice.function.name);
  return tool ? { text: '', calls: [planCall(tool, { ...readHints(prompt) })] } : undefined;
}

/** A script that speaks JSON goes before what a schema alone makes. */
function asJson(text: string | undefined): boolean {
  try {
    return text !== undefined && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function answerInSchema(request: ChatRequest, prompt: Prompt, scripted: Reply | undefined): Reply | undefined {
  const format = request.response_format;
  if (format === undefined || format.type === 'text') return undefined;
  if (asJson(scripted?.text)) return scripted;
  const hints = { ...readHints(prompt) };
  const schema = format.json_schema?.schema;
  return say(JSON.stringify(schema ? fillSchema(schema, hints) : { answer: hints.user }));
}

/** A file is looked at once, before anything else is done with what came with it. */
function describeFiles({ files, results }: Prompt): Reply | undefined {
  if (files.length === 0 || results.length > 0) return undefined;
  const count = files.length === 1 ? 'one file' : `${String(files.length)} files`;
  return say(
    [`You gave me ${count}:`, files.map(({ name, found }) => `- **${name}**: ${found}`).join('\n')].join('\n\n'),
  );
}

function fallBack(prompt: Prompt): Reply {
  const hints = readHints(prompt);
  const asked = hints.user;
  const found = hints.quotes;
  return say(
    [
      'Hello, I am the **demo model**. I am scripted: no language model runs here, and no key is needed.',
      asked === '' ? 'You have not said anything yet.' : `You said:\n\n> ${asked}`,
      ...(found === '' ? [] : [`The tools of this agent answered:\n\n${found}`]),
      `For ${asked === '' ? 'a question' : `*${hints.query}*`} a real model would now think and write. What you can see with me is everything around it:`,
      '- each word of this answer is an event on the chat’s own log, and a reload in mid-sentence loses none\n- another device on this chat shows the same words at the same moment\n- *Stop* works at any time and keeps what was shown',
      'To talk to a real model, set `OPENAI_API_KEY`, or `OPENAI_BASE_URL` for any compatible server, and start again. The workflows stay as they are.',
    ].join('\n\n'),
  );
}

/** What the demo model answers to a request: the same request always gets the same answer. */
export function writeReply(request: ChatRequest, scripts: readonly Script[]): Reply {
  const prompt = readPrompt(request);
  if (asksForTitle(prompt)) return say(writeTitle(prompt.lastUser));
  const scripted = chooseScript(prompt, scripts);
  return (
    followMarkers(prompt) ??
    callAsForced(request, prompt) ??
    answerInSchema(request, prompt, scripted) ??
    describeFiles(prompt) ??
    scripted ??
    fallBack(prompt)
  );
}
