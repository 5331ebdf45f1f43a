import { isDeepStrictEqual } from 'node:util';
import type { OutboxItem } from '@colloquy/client';
import { formatCursor, publicEvent, type ChatEvent, type UsageReport } from '@colloquy/contracts';
import {
  applyCommits,
  documentOf,
  emptyView,
  recordOfLog,
  rowOf,
  viewOfDocument,
  type ChatView,
} from '@colloquy/transcript';
import { faultsOf } from '../../apps/orchestrator/src/fixtures/check-world.ts';
import type { House } from './house.ts';

/** Everything that is wrong with a house that has come to rest; nothing when all promises were kept. */
export async function faultsOfHouse(house: House, owner: string): Promise<string[]> {
  const { world, witness, time } = house;
  const log = faultsOf(world, witness.taken);
  const parked = world
    .parked()
    .filter((subject) => !isPoison(house, subject))
    .map((subject) => `${subject} was parked`);
  const epoch = await time.run(world.broker.connect('checker').log.epoch());
  const chats: string[] = [];
  for (const chatId of world.chatIds()) {
    const faults = [...(await stored(house, chatId, epoch)), ...shown(house, chatId), ...askedBefore(house, chatId)];
    chats.push(...faults.map((fault) => `${chatId}: ${fault}`));
  }
  return [
    ...witness.violations,
    ...log,
    ...parked,
    ...chats,
    ...(await sidebar(house, owner)),
    ...(await sums(house, owner)),
    ...outboxes(house),
    ...house.processes.filter(({ alive, leaving }) => alive && leaving).map(({ name }) => `${name} never leaves`),
  ];
}

/** A run that was claimed too often in a row is given up, on purpose. */
function isPoison({ world }: House, subject: string): boolean {
  const [, consumer, chatId = ''] = subject.split('.');
  return consumer === 'runs' && world.all(chatId, 'run_failed').some(({ error }) => error.code === 'too_many_attempts');
}

/** The document and the events in the store are the fold of the log, to the letter. */
async function stored({ world }: House, chatId: string, epoch: string): Promise<string[]> {
  const commits = world.log(chatId).map(({ commit, streamSeq }) => ({ epoch, streamSeq, commit }));
  const expected = recordOfLog(commits, publicEvent);
  const record = await world.store.chat(chatId);
  const events = await world.store.events(chatId, { after: 0, limit: 1_000_000 });
  return [
    ...differs('the document is not the fold of the log', record, expected),
    ...differs('the stored events are not those of the log', events, world.events(chatId)),
    ...((await world.store.conflicts(100)).length > 0 ? ['has a conflict'] : []),
  ];
}

/** Every screen shows the fold of the log; a page that is loaded now would too. */
function shown({ world, devices }: House, chatId: string): string[] {
  const whole = world.log(chatId).reduce(
    (view, { commit, streamSeq }) =>
      applyCommits(view, {
        cursor: formatCursor({ epoch: 'e', streamSeq, eventSeq: commit.events.at(-1)?.seq ?? view.lastSeq }),
        events: commit.events.map(publicEvent),
        deltas: commit.deltas ?? [],
      }),
    emptyView(chatId),
  );
  const record = recordOfLog(
    world.log(chatId).map(({ commit, streamSeq }) => ({ epoch: 'e', streamSeq, commit })),
    publicEvent,
  );
  const expected = kept(whole);
  const reloaded =
    record === undefined
      ? []
      : differs('a page loaded now would show something else', kept(viewOfDocument(documentOf(record))), expected);
  return [
    ...reloaded,
    ...devices.flatMap((device) => {
      const handle = device.handles.get(chatId);
      if (handle === undefined) return [];
      const { chat, phase, error } = handle.getView();
      if (phase !== 'live') return [`${device.name} is ${phase} (${String(error?.code)})`];
      return differs(`${device.name} shows something else`, kept(chat), expected);
    }),
  ];
}

/** What a document keeps of a view: not what was said while a tool ran, nor whose turn it is. */
function kept({ memory: _memory, cursor: _cursor, speaker: _speaker, entries, ...rest }: ChatView) {
  const lasting = [...entries]
    .filter((entry) => !(entry.kind === 'tool' && entry.state === 'arguments'))
    .map((entry) => (entry.kind === 'tool' ? { ...entry, progress: '' } : entry));
  return { ...rest, entries: lasting };
}

/** A tool that may not simply be run again has taken effect again only after a person said so. */
function askedBefore({ world }: House, chatId: string): string[] {
  const events = world.events(chatId);
  const again = world.ledger.filter(
    ({ chatId: of, attempt, tool }) => of === chatId && attempt > 1 && tool !== 'look_up',
  );
  return again.flatMap(({ callId, attempt }) => {
    const startedAt = (number: number): number =>
      events.findIndex((event) => event.type === 'tool_started' && event.callId === callId && event.attempt === number);
    const between = events.slice(startedAt(attempt - 1), startedAt(attempt));
    return between.some((event) => saysYes(event, events, callId))
      ? []
      : [`${callId} took effect again without asking`];
  });
}

function saysYes(event: ChatEvent, events: readonly ChatEvent[], callId: string): boolean {
  if (event.type !== 'input_response' || event.value !== true) return false;
  return events.some(
    (other) => other.type === 'input_request' && other.requestId === event.requestId && other.callId === callId,
  );
}

/** The sidebar's rows, listed and pushed, are those of the documents. */
async function sidebar({ world, devices }: House, ownerId: string): Promise<string[]> {
  const listed = await world.store.chats({ ownerId, limit: 100 });
  const faults: string[] = [];
  for (const header of listed.chats) {
    const row = rowOf(header);
    for (const device of devices) {
      const pushed = device.rows.get(row.chatId);
      if (pushed === undefined || pushed.lastSeq < row.lastSeq) continue;
      if (device.user !== ownerId) faults.push(`${device.name} was sent the row of ${row.chatId}`);
      faults.push(...differs(`${device.name} has another row of ${row.chatId}`, pushed, row));
    }
  }
  const count = world.chatIds().filter((chatId) => world.state(chatId).deletedAt === undefined).length;
  return listed.chats.length === count
    ? faults
    : [...faults, `${String(listed.chats.length)} of ${String(count)} chats are listed`];
}

/** P7: the usage report is the sum of the log's usage events. */
async function sums({ world }: House, ownerId: string): Promise<string[]> {
  const nothing: Record<keyof UsageReport['totals'], number> = {
    promptTokens: 0,
    cachedTokens: 0,
    completionTokens: 0,
    costMicroUsd: 0,
    modelCalls: 0,
    unpricedCalls: 0,
  };
  const expected = world
    .chatIds()
    .flatMap((chatId) => world.all(chatId, 'usage'))
    .reduce<typeof nothing>(
      (sum, one) => ({
        promptTokens: sum.promptTokens + one.promptTokens,
        cachedTokens: sum.cachedTokens + one.cachedTokens,
        completionTokens: sum.completionTokens + one.completionTokens,
        costMicroUsd: sum.costMicroUsd + (one.costMicroUsd ?? 0),
        modelCalls: sum.modelCalls + 1,
        unpricedCalls: sum.unpricedCalls + Number(one.costMicroUsd === null),
      }),
      nothing,
    );
  return differs('the usage report is not the sum', (await world.store.usage(ownerId)).totals, expected);
}

/** Nobody waits for something that is not to come, and what was accepted is on the log; only words that it refused stay. */
function outboxes({ devices, world }: House): string[] {
  return devices.flatMap((device) =>
    world.chatIds().flatMap((chatId) =>
      device.client
        .outboxOf(chatId)
        .filter((item) => device.handles.has(chatId) && !isRefused(world.events(chatId), item))
        .map(
          ({ state, command, failure }) =>
            `${device.name} still has a ${command.kind} that is ${state} ${failure?.code ?? ''}`,
        ),
    ),
  );
}

/** Words that the log refused, for the reason that they are shown with, and that nothing else came of. */
function isRefused(events: readonly ChatEvent[], { state, command, refusedAs, failure }: OutboxItem): boolean {
  if (state !== 'failed' || refusedAs === undefined || !('text' in command)) return false;
  const made = events.filter(({ commandId }) => commandId === refusedAs);
  return made.length > 0 && made.every((event) => event.type === 'command_rejected' && event.code === failure?.code);
}

const LONGEST = 400;

function differs(what: string, actual: unknown, expected: unknown): string[] {
  if (isDeepStrictEqual(actual, expected)) return [];
  return [`${what}: ${firstDifference(actual, expected, '').slice(0, LONGEST)}`];
}

/** The first place in which two values are not the same. */
function firstDifference(actual: unknown, expected: unknown, path: string): string {
  if (!isObject(actual) || !isObject(expected))
    return `${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)])) {
    const a: unknown = Reflect.get(actual, key);
    const b: unknown = Reflect.get(expected, key);
    if (!isDeepStrictEqual(a, b)) return firstDifference(a, b, `${path}.${key}`);
  }
  return `${path} is of another kind`;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
