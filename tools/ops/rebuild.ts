import { platformClock } from '@colloquy/client';
import { isId } from '@colloquy/contracts';
import type { ChatLogReader } from '@colloquy/messaging';
import type { ChatWriter } from '@colloquy/store';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { rebuildChat, type Rebuilt } from './rebuild-chat.ts';
import { withMessaging, withStore } from './with-parts.ts';

const PAGE = 500;
/** How often it says how far it is, in ms. */
const SAY_MS = 2000;

/** Documents and events anew, from the log and what has aged out of it. */
export const rebuild: OpsCommand = {
  usage: 'rebuild <chatId>|--all',
  text: 'make the documents and events of a chat, or of all, anew; services may run meanwhile',
  async run(context) {
    const [what] = context.args;
    if (what === undefined) throw new OpsError('Which chat? Give the id of one, or --all.');
    if (what !== '--all' && !isId(what))
      throw new OpsError(`${JSON.stringify(what)} is no id of a chat: give one, or --all.`);
    await withMessaging(context, ({ log }) =>
      withStore(context, async (store) => {
        context.print(
          'Persistence may go on running: a document is replaced only as it was read, else it is read again.',
        );
        const ids = what === '--all' ? allIds(log, store) : [what];
        await rebuildAll(context, { log, store, ids, mayShorten: what !== '--all' });
      }),
    );
  },
};

interface Work {
  readonly log: ChatLogReader;
  readonly store: ChatWriter;
  readonly ids: AsyncIterable<string> | readonly string[];
  readonly mayShorten: boolean;
}

/** Of all chats that have a document, an event or a log. */
async function* allIds(log: ChatLogReader, store: ChatWriter): AsyncGenerator<string> {
  const onLog = new Set(await log.chatIds());
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: string[] = await store.chatIds({ after, limit: PAGE });
    for (const chatId of page) onLog.delete(chatId);
    yield* page;
    after = page.at(-1);
  }
  yield* onLog;
}

async function rebuildAll({ print }: OpsContext, { log, store, ids, mayShorten }: Work): Promise<void> {
  const count = { rebuilt: 0, erased: 0, fault: 0 } satisfies Record<Rebuilt['kind'], number>;
  let events = 0;
  let said = platformClock.monotonic();
  for await (const chatId of ids) {
    const rebuilt = await rebuildChat({ log, store, clock: platformClock }, chatId, mayShorten);
    count[rebuilt.kind] += 1;
    if (rebuilt.kind === 'fault') print(`${chatId}  not rebuilt: ${rebuilt.reason}`);
    if (rebuilt.kind === 'rebuilt') events += rebuilt.events;
    if (platformClock.monotonic() - said < SAY_MS) continue;
    said = platformClock.monotonic();
    print(`… ${count.rebuilt} chats, ${events} events`);
  }
  print(`Rebuilt ${count.rebuilt} chats with ${events} events; ${count.erased} are erased and stay so.`);
  if (count.fault > 0) throw new OpsError(`${count.fault} chats were not rebuilt, for the reasons above.`);
}
