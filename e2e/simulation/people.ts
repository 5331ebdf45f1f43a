import { ClientError, ClosedError, type ChatHandle, type Client, type OutboxItem } from '@colloquy/client';
import type { Device } from './device.ts';
import type { House } from './house.ts';
import { any, one } from './pick.ts';

const TEXTS = [
  'Hello',
  'Hello',
  'use look_up',
  'use charge notify',
  'use refund look_up',
  'ask me',
  'use charge',
] as const;
const MOST_CHATS = 4;
/** How long a person waits before asking again, in ms. */
const AGAIN_MS = 2000;
export const ADA = 'user-ada';
export const EVE = 'user-eve';

/** What people do at their screens. */
export class People {
  readonly house: House;
  /** Chats that ADA has begun. */
  readonly chats: string[] = [];

  /** Calls without an answer, and the device that waits for it with its page. */
  readonly #calls = new Map<object, Pick<Device, 'client'>>();

  constructor(house: House) {
    this.house = house;
  }

  /** True while somebody waits for an answer, or is about to ask; not on a page that was loaded anew meanwhile. */
  get busy(): boolean {
    return this.house.devices.some(({ client }) => [...this.#calls.values()].some((page) => page.client === client));
  }

  /** One of them does something. */
  act(): void {
    const talk = (): void => this.#talk();
    const answer = (): void => this.#answer();
    one(this.house.chance, [() => this.#begin(), () => this.#look(), talk, talk, talk, answer, answer])();
  }

  #begin(): void {
    const device = any(this.house.chance, this.#screens(ADA));
    if (device === undefined || this.chats.length >= MOST_CHATS) return;
    const task = one(this.house.chance, TEXTS);
    const workflow = one(this.house.chance, ['support-desk', 'support-desk', 'assistant', 'research-team']);
    const text = workflow === 'research-team' ? `${one(this.house.chance, ['hand', 'call'])} ${task}` : task;
    const { chatId } = device.client.startChat({ workflow, text });
    this.house.tell('a chat is begun', `${chatId} by ${device.name}: ${text}`);
    this.chats.push(chatId);
    device.look(chatId);
  }

  /** Somebody opens a chat, or leaves it. */
  #look(): void {
    const device = any(this.house.chance, this.#screens(ADA));
    const chatId = any(this.house.chance, this.#listed());
    if (device === undefined || chatId === undefined) return;
    if (this.house.chance.below(3) === 0) device.leave(chatId);
    else device.look(chatId);
  }

  #open(): { device: Device; handle: ChatHandle } | undefined {
    const device = any(this.house.chance, this.#screens(ADA));
    const handle = device === undefined ? undefined : any(this.house.chance, [...device.handles.values()]);
    return device === undefined || handle === undefined ? undefined : { device, handle };
  }

  #talk(): void {
    const open = this.#open();
    if (open === undefined) return;
    const { device, handle } = open;
    const say = (): OutboxItem => handle.send(one(this.house.chance, TEXTS));
    const kind = one(this.house.chance, [
      'says something',
      'says something',
      'stops the run',
      'renames a chat',
      'pins a chat',
      'writes to a foreign chat',
      'deletes a chat',
      'takes something back',
    ]);
    this.house.tell(`a person ${kind}`, `${device.name} ${handle.chatId}`);
    if (kind === 'says something') say();
    else if (kind === 'stops the run') handle.cancel();
    else if (kind === 'writes to a foreign chat') this.#trespass();
    else if (kind === 'deletes a chat') this.#delete(device, handle.chatId);
    else if (kind === 'takes something back') this.#takeBack(device, handle);
    else {
      const body =
        kind === 'renames a chat'
          ? { title: one(this.house.chance, TEXTS) }
          : { pinned: this.house.chance.below(2) === 0 };
      this.#call(device, ({ api }) => api.updateChat(handle.chatId, body));
    }
  }

  /** Wants another answer, has said something else, or goes on elsewhere. */
  #takeBack(device: Device, handle: ChatHandle): void {
    const { chance } = this.house;
    const { chatId } = handle;
    const { entries, lastSeq } = handle.getView().chat;
    const said = any(
      chance,
      [...entries].filter((entry) => entry.kind === 'user' || entry.kind === 'agent'),
    );
    const text = one(chance, TEXTS);
    const atSeq = 1 + chance.below(Math.max(1, lastSeq));
    const messageId = said?.messageId ?? chatId;
    const key = this.house.ids.uuid();
    one(chance, [
      () => this.#call(device, ({ api }) => api.regenerate(chatId)),
      () => this.#call(device, ({ api }) => api.regenerate(chatId, { messageId })),
      () => this.#call(device, ({ api }) => api.editMessage(chatId, { messageId, text })),
      () => this.#insist(device, ({ api }) => api.forkChat(chatId, { atSeq, message: text }, { key })),
    ])();
  }

  /** Deletes a chat, and mostly wants it back. */
  #delete(device: Device, chatId: string): void {
    const { time, chance } = this.house;
    const later = 500 + chance.below(10_000);
    this.#call(device, async ({ api }) => {
      await api.deleteChat(chatId);
      await time.sleep(later);
      await api.restoreChat(chatId);
    });
  }

  /** Asks for something, whatever comes of it. */
  #call({ client }: Device, ask: (client: Client) => Promise<unknown>): void {
    const call = {};
    this.#calls.set(call, { client });
    const over = (): void => void this.#calls.delete(call);
    ask(client).then(over, over);
  }

  /**
   * Asks again, with the same key, until there is an answer, also from a page that was loaded anew: a fork that got none
   * may be on the log without its ticket, and where no watchdog looks after it nobody else brings that.
   */
  #insist(device: Device, ask: (client: Client) => Promise<unknown>): void {
    const again = async (): Promise<void> => {
      await this.house.time.sleep(AGAIN_MS);
      this.#insist(device, ask);
    };
    this.#call(device, (client) =>
      ask(client).catch((error: unknown) => {
        if (error instanceof ClosedError || (error instanceof ClientError && error.retryable)) void again();
      }),
    );
  }

  /** The API says that there is no such chat; a command that comes past it is refused on the log. */
  #trespass(): void {
    const { world, chance } = this.house;
    const chatId = any(this.house.chance, this.#listed());
    if (chatId === undefined) return;
    const [eve] = this.#screens(EVE);
    if (chance.below(2) === 0) void world.send(chatId, { kind: 'cancel' }, { user: EVE }).catch(() => undefined);
    else {
      if (eve === undefined) return;
      this.#call(eve, async ({ api }) => {
        await api.cancelRun(chatId);
        this.house.violated(`${EVE} may stop ${chatId}`);
      });
    }
  }

  /** One or two screens answer what is asked. */
  #answer(): void {
    const asking = this.#screens(ADA).flatMap((device) =>
      [...device.handles.values()].flatMap((handle) => {
        const request = handle.getView().chat.pendingRequests[0];
        return request === undefined ? [] : [{ handle, request, device }];
      }),
    );
    const first = any(this.house.chance, asking);
    if (first === undefined) return;
    const all = asking.filter(({ request }) => request.requestId === first.request.requestId);
    const answering = this.house.chance.below(2) === 0 ? [first] : all;
    if (answering.length > 1) this.house.tell('two screens answer the same question');
    for (const { handle, request, device } of answering) {
      this.house.tell('a person answers', `${device.name} ${request.requestId}`);
      handle.answer(request.requestId, request.kind === 'approval' ? this.house.chance.below(3) > 0 : 'That one');
    }
  }

  #screens(user: string): readonly Device[] {
    return this.house.devices.filter((device) => device.user === user);
  }

  /** Chats that a person can know of: one that nobody has accepted yet is on no other screen. */
  #listed(): readonly string[] {
    return this.house.world.chatIds();
  }
}
