import type { ChatEvent } from '@colloquy/contracts';
import { documentOf, newestVersion } from '@colloquy/transcript';
import type { GatewayParts, Handler } from './ports.ts';
import { readEvents, readRecord } from './read-chat.ts';

const PAGE = 1000;

/** GET /v1/chats/:chatId/export: JSON is the event log itself, Markdown is for people. */
export const exportChat: Handler = async (parts, call) => {
  const { format } = call.query as { format: 'json' | 'md' };
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  const chat = documentOf(await readRecord(parts, chatId));
  const events = await allEvents(parts, chatId);
  const type = format === 'json' ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8';
  const body = format === 'json' ? JSON.stringify({ chat, events }, undefined, 2) : markdownOf(chat.title, events);
  const headers = { 'content-type': type, 'content-disposition': `attachment; filename="chat-${chatId}.${format}"` };
  return { body, headers };
};

async function allEvents(parts: GatewayParts, chatId: string): Promise<ChatEvent[]> {
  const all: ChatEvent[] = [];
  for (;;) {
    const { events, more } = await readEvents(parts, chatId, { after: all.at(-1)?.seq ?? 0, limit: PAGE });
    all.push(...events);
    if (!more) return all;
  }
}

/** A chat as Markdown, its newest version: who said what, in order, with tools and questions in brief. */
export function markdownOf(title: string, events: readonly ChatEvent[]): string {
  const lines = newestVersion(events)
    .map(paragraphOf)
    .filter((line) => line !== undefined);
  return `${[`# ${title || 'Chat'}`, ...lines].join('\n\n')}\n`;
}

function paragraphOf(event: ChatEvent): string | undefined {
  switch (event.type) {
    case 'user_message':
      return `**You** (${event.at})\n\n${event.text}`;
    case 'message_imported':
      return `**${event.role === 'user' ? 'You' : (event.name ?? 'assistant')}** (before)\n\n${event.text}`;
    case 'text':
    case 'message_aborted':
      return event.text === '' ? undefined : `**${event.agent}** (${event.at})\n\n${event.text}`;
    case 'tool_call':
      return `> ${event.agent} uses ${code(event.tool)}: ${code(event.arguments)}`;
    case 'tool_response':
      return `> ${event.ok ? 'Result' : 'Failed'}: ${code((event.ok ? event.result : event.error) ?? null)}`;
    case 'handoff':
      return `> ${event.from} hands over to ${event.to}`;
    case 'input_request':
      return `> Question: ${event.prompt.replaceAll('\n', '\n> ')}`;
    case 'input_response':
      return `> Answer: ${code(event.value)}`;
    default:
      return undefined;
  }
}

/** As code on one line; the fence is longer than any run of backticks inside. */
function code(value: unknown): string {
  const text = typeof value === 'string' ? value.replaceAll('\n', ' ') : JSON.stringify(value);
  const runs = (text.match(/`+/g) ?? []).map((run) => run.length);
  if (runs.length === 0) return `\`${text}\``;
  const fence = '`'.repeat(Math.max(...runs) + 1);
  return `${fence} ${text} ${fence}`;
}
