import type { ChatTool } from './chat-request.ts';
import { fillSchema, type Hints } from './fill-schema.ts';
import { keyWords } from './key-words.ts';
import { withoutMarkers } from './markers.ts';
import type { Prompt } from './read-prompt.ts';
import { isRefusal, readAmount, readQuotes } from './read-results.ts';
import type { PlannedCall, Reply } from './reply.ts';
import type { Script, ScriptLine } from './script.ts';

/** Digits as in `A-1001`, `#1042` or `order 77`. */
const ORDER = /\b[A-Z]{1,4}-?\d{2,}\b|\d{3,}/i;
const UNKNOWN_ORDER = 'A-1001';
const SMALL_AMOUNT = 20;

function offers(tools: readonly ChatTool[], name: string): boolean {
  return tools.some((tool) => tool.function.name === name);
}

function scriptFits(script: Script, prompt: Prompt): boolean {
  return script.needs.every((name) => offers(prompt.tools, name)) && (script.system?.test(prompt.system) ?? true);
}

/** The newest answer of that tool; `transfer_to_*` stands for every tool that begins so. */
function answerOf(name: string, prompt: Prompt): string | undefined {
  const start = name.endsWith('*') ? name.slice(0, -1) : undefined;
  return prompt.results.findLast(({ tool }) => (start === undefined ? tool === name : tool.startsWith(start)))?.text;
}

function lineFits(line: ScriptLine, prompt: Prompt): boolean {
  if (line.said && !line.said.test(prompt.lastUser)) return false;
  if (line.after === undefined) return true;
  const answer = answerOf(line.after, prompt);
  if (answer === undefined) return false;
  if (line.refused !== undefined && line.refused !== isRefusal(answer)) return false;
  return line.empty === undefined || line.empty === (readQuotes(answer).length === 0);
}

function quotesOf(prompt: Prompt): string {
  return prompt.results
    .flatMap(({ text }) => readQuotes(text))
    .slice(0, 3)
    .map(({ title, text }) => (title === '' ? `> ${text}` : `**${title}**\n\n> ${text}`))
    .join('\n\n');
}

/** What the placeholders of a script stand for in this chat. */
export interface ScriptHints {
  /** The person's last words, shortened. */
  readonly user: string;
  /** The telling ones of them. */
  readonly query: string;
  readonly order: string;
  readonly amount: number;
  /** What tools found, as markdown. */
  readonly quotes: string;
  /** What a tool answered last. */
  readonly result: string;
}

/** Reads them from the messages. */
export function readHints(prompt: Prompt): ScriptHints {
  const user = withoutMarkers(prompt.lastUser);
  const amounts = prompt.results.map(({ text }) => readAmount(text));
  return {
    user: user.length > 200 ? `${user.slice(0, 200)} …` : user,
    query: keyWords(prompt.lastUser, 6).join(' '),
    order:
      prompt.users.map((text) => ORDER.exec(withoutMarkers(text))?.[0]).find((found) => found !== undefined) ??
      UNKNOWN_ORDER,
    amount: amounts.findLast((amount) => amount !== undefined) ?? SMALL_AMOUNT,
    quotes: quotesOf(prompt),
    result: prompt.results.at(-1)?.text ?? '',
  };
}

function fillText(text: string, hints: ScriptHints): string {
  const values = new Map<string, string | number>(Object.entries(hints));
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => String(values.get(name) ?? '')).trim();
}

/** A call with arguments that conform to the tool's schema. */
export function planCall(tool: ChatTool, hints: Hints): PlannedCall {
  const filled = fillSchema(tool.function.parameters ?? { type: 'object' }, hints);
  return { tool: tool.function.name, arguments: JSON.stringify(filled) };
}

function perform(line: ScriptLine, prompt: Prompt): Reply {
  const hints = readHints(prompt);
  const tool = prompt.tools.find((each) => each.function.name === line.call);
  const filled = Object.entries(line.arguments).map(([name, text]) => [name, fillText(text, hints)] as const);
  return {
    text: fillText(line.say, hints),
    calls: tool ? [planCall(tool, { ...hints, ...Object.fromEntries(filled) })] : [],
  };
}

/** The first line that fits of the first script that fits, performed. */
export function chooseScript(prompt: Prompt, scripts: readonly Script[]): Reply | undefined {
  const script = scripts.find((each) => scriptFits(each, prompt));
  const line = script?.lines.find((each) => lineFits(each, prompt));
  return line ? perform(line, prompt) : undefined;
}
