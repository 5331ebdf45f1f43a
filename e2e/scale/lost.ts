import type { ChatEvent } from '@colloquy/contracts';
import { OpsError } from '../../tools/ops/ops-command.ts';
import { runOps } from '../../tools/ops/run-ops.ts';
import type { System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { WORDS, type HeldChat } from './people.ts';

/** What became of everything that was said. */
export interface Verdict {
  readonly chats: number;
  readonly events: number;
  /** What was lost, doubled or differs; empty when nothing was. */
  readonly faults: readonly string[];
}

const WHOLE = Array.from({ length: WORDS }, (_, at) => `w${String(at + 1)}`).join(' ');
const EVENT_LINE = /"chatId":"([\w-]+)","seq":(\d+)/;

/**
 * Holds what people have said against what the system has, when all is at rest: every message once, an answer to each, whole; a line of
 * the event logger for every event; and log, MongoDB, engine and API say the same (`ops audit`).
 */
export async function whatWasLost(system: System, held: readonly HeldChat[], secret: string): Promise<Verdict> {
  const faults = await audited(system, secret);
  let events = 0;
  for (const chat of held) {
    const stored = await system.storedEvents(chat.chatId);
    events += stored.length;
    faults.push(...lostIn(chat, stored), ...(await unlogged(system, chat.chatId, stored)));
  }
  return { chats: held.length, events, faults };
}

/** What is wrong with the events of a chat in which `said` messages were said. */
export function lostIn({ chatId, said }: HeldChat, events: readonly ChatEvent[]): string[] {
  const count = (type: ChatEvent['type']): number => events.filter((event) => event.type === type).length;
  const faults = (['user_message', 'run_started', 'run_completed'] as const).flatMap((type) =>
    count(type) === said ? [] : [`${String(count(type))} × ${type} for ${String(said)} messages`],
  );
  const whole = events.filter((event) => event.type === 'text' && event.text === WHOLE).length;
  if (whole !== said) faults.push(`${String(whole)} whole answers to ${String(said)} messages`);
  if (events.some(({ seq }, index) => seq !== index + 1)) faults.push('events are not contiguous');
  return faults.map((fault) => `${chatId}: ${fault}`);
}

async function audited(system: System, secret: string): Promise<string[]> {
  const lines: string[] = [];
  const env = { ...process.env, NATS_URL: '', MONGODB_URI: '', API_URL: system.url, AUTH_SECRET: secret };
  const context = { args: ['audit', '--all'], env, cwd: process.cwd(), dataDir: system.launched.dataDir };
  try {
    await runOps({ ...context, print: (line) => lines.push(line) });
    return [];
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return [...lines.filter((line) => !line.startsWith('ok')), error.message];
  }
}

/** The logger may be some batches behind. */
async function unlogged(system: System, chatId: string, events: readonly ChatEvent[]): Promise<string[]> {
  const missing = (): readonly ChatEvent[] => {
    const logged = new Set<number>();
    for (const line of system.lines('event-logger')) {
      const [, of, seq] = EVENT_LINE.exec(line) ?? [];
      if (of === chatId) logged.add(Number(seq));
    }
    return events.filter(({ seq }) => !logged.has(seq));
  };
  await waitFor(() => (missing().length === 0 ? true : undefined), {
    what: 'a line for every event',
    withinMs: 30_000,
    everyMs: 200,
  }).catch(() => undefined);
  const left = missing();
  return left.length === 0 ? [] : [`${chatId}: ${String(left.length)} events without a line of the event logger`];
}
