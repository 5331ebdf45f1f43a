import { isAbsolute, join } from 'node:path';
import { platformClock } from '@colloquy/client';
import { isId, WIRE_VERSION } from '@colloquy/contracts';
import { createOutsideTools, loadPrices } from '@colloquy/effects';
import type { Messaging } from '@colloquy/messaging';
import type { ChatWriter } from '@colloquy/store';
import { loadWorkflows, WorkflowFaultsError } from '@colloquy/workflows';
import { root } from '../paths.ts';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { provisionServers } from './provision-servers.ts';
import { restoreChat, type RestoredChat } from './restore-chat.ts';
import { toolEnv } from './tool-env.ts';
import { withMessaging, withStore } from './with-parts.ts';

const PAGE = 500;
/** How often it says how far it is, in ms. */
const SAY_MS = 2000;

/** Logs anew from MongoDB, when the broker has lost them. */
export const restore: OpsCommand = {
  usage: 'restore <chatId>|--all',
  text: 'put the logs that NATS has lost back from MongoDB; services may run meanwhile',
  async run(context) {
    const [what] = context.args;
    if (what === undefined) throw new OpsError('Which chat? Give the id of one, or --all.');
    if (what !== '--all' && !isId(what))
      throw new OpsError(`${JSON.stringify(what)} is no id of a chat: give one, or --all.`);
    await provisionServers.run(context);
    await withMessaging(context, (messaging) =>
      withStore(context, async (store) => {
        await putDefinitions(context, messaging);
        const ids = what === '--all' ? everyId(store) : [what];
        await restoreAll(context, { messaging, store, ids, named: what !== '--all' });
      }),
    );
  },
};

const SILENT = { info: () => undefined, warn: () => undefined };

/** A run goes on with the definition that it began with: those of today's files are there again before any is woken. */
async function putDefinitions({ env, cwd, print }: OpsContext, { workflows }: Messaging): Promise<void> {
  const given = env['WORKFLOWS_DIR'];
  const folder =
    given === undefined || given === '' ? join(root, 'workflows') : isAbsolute(given) ? given : join(cwd, given);
  const outside = createOutsideTools({ clock: platformClock, env: toolEnv(env), log: SILENT });
  try {
    // The orchestrators have checked the prices of the models that they call; which those are is not known here.
    const modelName = (): string => 'default';
    const loaded = await loadWorkflows(folder, { tools: true, outside, prices: await loadPrices(), modelName });
    const there = [...loaded.values()].flatMap(({ name, runnable }) => (runnable ? [{ name, ...runnable }] : []));
    for (const { hash, definition } of there) await workflows.put(hash, definition);
    print(`Put back the definitions of ${there.map(({ name }) => name).join(', ')}.`);
    for (const { name, unavailable } of loaded.values()) if (unavailable) print(`Not of ${name}: ${unavailable}`);
  } catch (error) {
    if (!(error instanceof WorkflowFaultsError)) throw error;
    throw new OpsError(`The workflows in ${folder} have faults: npm run ops -- workflow check ${folder} names them.`);
  } finally {
    await outside.close();
  }
}

/** Of all chats that MongoDB knows. */
async function* everyId(store: ChatWriter): AsyncGenerator<string> {
  for (const pages of [store.chatIds.bind(store), store.erasedIds.bind(store)]) {
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: string[] = await pages({ after, limit: PAGE });
      yield* page;
      after = page.at(-1);
    }
  }
}

interface Work {
  readonly messaging: Messaging;
  readonly store: ChatWriter;
  readonly ids: AsyncIterable<string> | readonly string[];
  readonly named: boolean;
}

async function restoreAll({ print }: OpsContext, work: Work): Promise<void> {
  const { messaging, store, ids, named } = work;
  const count = { restored: 0, whole: 0, erased: 0, fault: 0 } satisfies Record<RestoredChat['kind'], number>;
  let [events, woken] = [0, 0];
  let said = platformClock.monotonic();
  for await (const chatId of ids) {
    const restored = await restoreChat({ log: messaging.log, store, clock: platformClock }, chatId, named);
    count[restored.kind] += 1;
    if (restored.kind === 'fault') print(`${chatId}  not restored: ${restored.reason}`);
    if (restored.kind === 'restored') {
      events += restored.events;
      if (restored.running) woken += 1;
      await wake(messaging, { chatId, restored, print });
    }
    if (platformClock.monotonic() - said < SAY_MS) continue;
    said = platformClock.monotonic();
    print(`… ${count.restored} chats, ${events} events`);
  }
  print(
    `Restored ${count.restored} chats with ${events} events, ${woken} of them running; ` +
      `${count.whole} had nothing to restore, ${count.erased} are erased and stay so.`,
  );
  if (count.fault > 0) throw new OpsError(`${count.fault} chats were not restored, for the reasons above.`);
}

/** Its ticket was lost with the broker. */
async function wake(
  { tickets, workflows }: Messaging,
  of: { chatId: string; restored: Extract<RestoredChat, { kind: 'restored' }>; print: OpsContext['print'] },
): Promise<void> {
  const { chatId, restored, print } = of;
  const { run, lastSeq } = restored.state;
  if (run !== undefined && (await workflows.get(run.workflowHash)) === undefined) {
    print(`${chatId}  its run began with a definition of ${run.workflow} that is gone: it will fail and say so`);
  }
  if (!restored.running) return;
  await tickets.publish({ v: WIRE_VERSION, chatId }, `restore-${chatId}-${lastSeq}`);
}
