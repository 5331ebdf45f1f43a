import type { ChatEvent, Command, Delta, NewEvent, Ticket } from '@colloquy/contracts';
import type { Messaging, StoredCommit } from '@colloquy/messaging';
import type { MessagingUnderTest } from './messaging-under-test.ts';

/** Declares a test that gets a world of its own. */
export type Declare = (title: string, body: (world: World) => Promise<void>) => void;

/** One test's chat and connections. */
export class World {
  readonly broker: MessagingUnderTest;
  readonly chatId: string;
  private readonly prefix: string;
  private readonly open: Messaging[] = [];

  constructor(broker: MessagingUnderTest, number: number) {
    this.broker = broker;
    this.prefix = `t${String(number)}`;
    this.chatId = broker.ids.uuid();
  }

  async connect(name = 'a', options: { deltaTtlSeconds?: number } = {}): Promise<Messaging> {
    const messaging = await this.broker.connect(this.nameOf(name), options);
    this.open.push(messaging);
    return messaging;
  }

  nameOf(name: string): string {
    return `${this.prefix}-${name}`;
  }

  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const { clock } = this.broker;
    const deadline = clock.monotonic() + 20_000;
    while (!(await condition())) {
      if (clock.monotonic() > deadline) throw new Error(`never: ${what}`);
      await clock.sleep(5);
    }
  }

  async read(messaging: Messaging, after = 0, complete = true): Promise<StoredCommit[]> {
    const commits: StoredCommit[] = [];
    for await (const commit of messaging.log.read(this.chatId, { after, complete })) commits.push(commit);
    return commits;
  }

  async events(messaging: Messaging): Promise<ChatEvent[]> {
    return (await this.read(messaging)).flatMap(({ commit }) => commit.events);
  }

  command(text = 'hello'): Command {
    const { ids, clock } = this.broker;
    return {
      v: 1,
      kind: 'message',
      commandId: ids.uuid(),
      chatId: this.chatId,
      userId: 'someone',
      at: new Date(clock.now()).toISOString(),
      messageId: ids.uuid(),
      text,
    };
  }

  ticket(): Ticket {
    return { v: 1, chatId: this.chatId };
  }

  renamed(title: string): NewEvent {
    return { type: 'chat_renamed', title, by: 'someone' };
  }

  delta(offset: number, text: string): Delta {
    const id = this.chatId;
    return { messageId: id, runId: id, agent: 'agent', offset, text, kind: 'text' };
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((messaging) => messaging.drain()));
  }
}

/** Titles of `chat_renamed` events, types of others. */
export const titles = (events: readonly ChatEvent[]): string[] =>
  events.map((event) => (event.type === 'chat_renamed' ? event.title : event.type));

/** The events' places. */
export const seqs = (events: readonly ChatEvent[]): number[] => events.map(({ seq }) => seq);
