import { platformClock } from '@colloquy/client';
import { isId } from '@colloquy/contracts';
import type { ChatLogReader } from '@colloquy/messaging';
import type { ChatWriter } from '@colloquy/store';
import { apiAddressOf } from './addresses-of.ts';
import { apiOf } from './audit/api-of.ts';
import { auditChats, type AuditSummary } from './audit/audit-chats.ts';
import type { Audited } from './audit/audit-chat.ts';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { withMessaging, withStore } from './with-parts.ts';

/** How long MongoDB may take to get to where a log was when it was first looked at, ms. */
const WAIT_MS = 15_000;

/** Holds log, events, document, engine and API against each other. */
export const audit: OpsCommand = {
  usage: 'audit <chatId>|--all',
  text: 'hold log, MongoDB, the engine and the API against each other; --json for programs; changes nothing',
  async run(context) {
    const { json, what } = readArgs(context);
    const api = await apiParts(context, json);
    await withMessaging(context, ({ log }) =>
      withStore(context, async (store) => {
        const conflicts = new Map((await store.conflicts(100_000)).map(({ chatId, detail }) => [chatId, detail]));
        const options = { log, store, clock: platformClock, waitMs: WAIT_MS, conflicts, ...api };
        const ids = what === '--all' ? everyId(log, store) : [what];
        const chats: Audited[] = [];
        const summary = await auditChats(options, ids, (audited) => {
          if (json) chats.push(audited);
          else printChat(context, audited);
        });
        finish(context, { summary, what, ...(json ? { chats } : {}) });
      }),
    );
  },
};

function readArgs({ args }: OpsContext): { json: boolean; what: string } {
  const [what] = args.filter((arg) => arg !== '--json');
  if (what === undefined) throw new OpsError('Which chat? Give the id of one, or --all.');
  if (what !== '--all' && !isId(what)) {
    throw new OpsError(`${JSON.stringify(what)} is no id of a chat: give one, or --all.`);
  }
  return { json: args.includes('--json'), what };
}

/** Who asks the API; nothing, in words, when it is not known where it is or how to sign in. */
async function apiParts(context: OpsContext, quiet: boolean): Promise<{ api?: ReturnType<typeof apiOf> }> {
  const found = await apiAddressOf(context);
  const say = quiet ? () => undefined : context.print;
  if ('missing' in found) {
    say(`The API is left out: ${found.missing}.`);
    return {};
  }
  say(`Asking the API at ${found.url} as each chat's owner.`);
  return { api: apiOf({ ...found, clock: platformClock }) };
}

/** Of all chats that have a log, a document or an event, and of those that are erased. */
async function* everyId(log: ChatLogReader, store: ChatWriter): AsyncGenerator<string> {
  const given = new Set<string>();
  for (const pages of [store.chatIds.bind(store), store.erasedIds.bind(store)]) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: string[] = await pages({ after, limit: 500 });
      for (const chatId of page) {
        if (!given.has(chatId)) yield chatId;
        given.add(chatId);
      }
      after = page.at(-1);
    }
  }
  for (const chatId of await log.chatIds()) if (!given.has(chatId)) yield chatId;
}

function printChat({ print }: OpsContext, audited: Audited): void {
  const { chatId } = audited;
  if (audited.kind === 'unknown') return;
  const wrong = audited.differences.length;
  const what = audited.kind === 'erased' ? 'erased' : `${audited.events} events  ${audited.hash.slice(0, 16)}`;
  print(`${wrong === 0 ? 'ok   ' : 'WRONG'}  ${chatId}  ${what}`);
  for (const { where, text } of audited.differences) print(`         ${where}: ${text}`);
}

function finish(
  { print }: OpsContext,
  { summary, what, chats }: { summary: AuditSummary; what: string; chats?: readonly Audited[] },
): void {
  if (what !== '--all' && summary.unknown > 0) throw new OpsError(`There is no chat ${what}, and there was none.`);
  const { audited, erased, events, wrong } = summary;
  if (chats !== undefined) print(JSON.stringify({ summary, chats: chats.filter(({ kind }) => kind !== 'unknown') }));
  else print(`${audited} chats with ${events} events, ${erased} erased; ${wrong} differ.`);
  if (wrong > 0) throw new OpsError(`${wrong} of ${audited + erased} chats differ.`);
}
