/** People who keep chats busy: each says the next thing as soon as the run before is over. */
import { applyCommits, emptyView } from '@colloquy/transcript';
import type { Person } from '../../support/bare-client.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Fleet } from './fleet.ts';

/** One chat that is kept busy. */
export interface BusyChat {
  readonly chatId: string;
  /** Runs that were asked for. */
  runs: number;
}

/** Chats that are kept busy until `stop`. */
export class BusyChats {
  readonly chats: BusyChat[] = [];
  readonly #fleet: Fleet;
  readonly #person: Person;
  readonly #drivers: Promise<void>[] = [];
  #stopped = false;

  constructor(fleet: Fleet, person: Person) {
    this.#fleet = fleet;
    this.#person = person;
  }

  /** Begins a chat that is told `messages` in turn, again and again. */
  async begin(workflow: string, messages: readonly [string, ...string[]]): Promise<BusyChat> {
    const { chatId } = await this.#person.start(workflow, messages[0]);
    const chat: BusyChat = { chatId, runs: 1 };
    this.chats.push(chat);
    await this.#fleet.watch(chatId);
    const driving = this.#drive(chat, messages);
    driving.catch(() => undefined);
    this.#drivers.push(driving);
    return chat;
  }

  /** The chats that a worker runs now. */
  of(worker: string): BusyChat[] {
    return this.chats.filter(({ chatId }) => this.#fleet.ownerOf(chatId) === worker);
  }

  /** Lets every chat come to rest; fails when one could not go on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#drivers);
  }

  async #drive(chat: BusyChat, messages: readonly [string, ...string[]]): Promise<void> {
    for (;;) {
      await this.#over(chat);
      if (this.#stopped) return;
      const text = messages[chat.runs % messages.length] ?? messages[0];
      chat.runs += 1;
      const { status } = await this.#person.call('POST', `/v1/chats/${chat.chatId}/messages`, { text });
      if (status !== 202) throw new Error(`POST message: ${String(status)}`);
    }
  }

  /** Answers questions about interrupted tools meanwhile. */
  async #over({ chatId, runs }: BusyChat): Promise<void> {
    const answered = new Set<string>();
    await waitFor(
      async () => {
        if (this.#fleet.all(chatId, 'run_completed').length >= runs) return true;
        const ends = [...this.#fleet.all(chatId, 'run_failed'), ...this.#fleet.all(chatId, 'run_cancelled')];
        if (ends.length > 0) throw new Error(`run ended: ${JSON.stringify(ends)}`);
        for (const { requestId } of this.#fleet.all(chatId, 'input_request')) {
          if (answered.has(requestId)) continue;
          const path = `/v1/chats/${chatId}/inputs/${requestId}`;
          const { status } = await this.#person.call('POST', path, { value: true });
          if (status === 202) answered.add(requestId);
        }
        return undefined;
      },
      { what: `run ${String(runs)} of ${chatId}`, withinMs: 90_000 },
    );
  }
}

/** What is wrong with a chat's log: holes, doubles, texts that are not what the model said. Empty when nothing is. */
export async function faultsOf(fleet: Fleet, { chatId, runs }: BusyChat): Promise<string[]> {
  const commits = await fleet.commits(chatId);
  const events = commits.flatMap(({ events: of }) => of);
  const faults: string[] = [];
  if (events.some(({ seq }, index) => seq !== index + 1)) faults.push('events are not contiguous');
  const view = commits.reduce(
    (folded, { events: of, deltas = [] }) => applyCommits(folded, { cursor: '', events: of, deltas }),
    emptyView(chatId),
  );
  if (view.gap) faults.push('a gap in what was shown');
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  for (const type of ['user_message', 'run_started', 'run_completed'])
    if (count(type) !== runs) faults.push(`${String(count(type))} × ${type} in ${String(runs)} runs`);
  const asked = events.flatMap((event) => (event.type === 'user_message' ? [event.text] : []));
  const said = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
  for (const [index, text] of asked.entries()) {
    const words = /\[\[say:(\d+)\]\]/.exec(text)?.[1];
    if (words === undefined) continue;
    const whole = Array.from({ length: Number(words) }, (_, at) => `w${String(at + 1)}`).join(' ');
    if (!said.includes(whole)) faults.push(`answer ${String(index + 1)} is not whole`);
  }
  return faults.map((fault) => `${chatId}: ${fault}`);
}
