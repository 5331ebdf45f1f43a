/** What people do: the life of one chat, from its beginning until nobody wants anything of it any more. */
import type { ChatDocument, PendingRequest } from '@colloquy/contracts';
import { platformIds } from '@colloquy/client';
import type { Person } from './person.ts';
import type { Seeded } from './seeded.ts';

/** What a story is told with. */
export interface StoryParts {
  readonly person: Person;
  readonly random: Seeded;
  /** Called as soon as the chat may be there: screens open. */
  readonly opened: (chat: { chatId: string; workflow: string; person: Person }) => void;
  /** True once no new rounds shall begin. */
  readonly closing: () => boolean;
  readonly pause: (ms: number) => Promise<void>;
}

const QUESTIONS = [
  'How does a chat survive a crash?',
  'What happens when I press stop?',
  'How do I write a workflow of my own?',
  'Where do I see what a chat costs?',
] as const;

const LOOK_MS = 600;

/** Tells one story to its end. @throws EndedError when the run is over before */
export async function tellStory(parts: StoryParts): Promise<void> {
  const { person, random } = parts;
  const desk = random.chance(0.35);
  const workflow = desk ? 'support-desk' : 'assistant';
  const chatId = platformIds.uuid();
  const message = desk ? 'I want a refund for order A-1001' : wordsOf(random);
  // The screen opens before the 202: a chat can be watched from then on, and until then it is not there.
  const created = person.send({ chatId, kind: 'create', path: '/v1/chats', body: { id: chatId, workflow, message } });
  await created;
  parts.opened({ chatId, workflow, person });
  const story = new Story(parts, chatId);
  const rounds = random.whole(1, 3);
  for (let round = 1; ; round += 1) {
    await story.meddle();
    await story.untilRest();
    if (round >= rounds || parts.closing()) return;
    await story.say(wordsOf(random));
  }
}

/** Something that takes from a tenth of a second to about ten. */
function wordsOf(random: Seeded): string {
  if (random.chance(0.35)) return random.pick(QUESTIONS);
  return `[[say:${random.chance(0.3) ? random.whole(600, 1400) : random.whole(20, 400)}]]`;
}

class Story {
  readonly #parts: StoryParts;
  readonly #chatId: string;
  readonly #answered = new Set<string>();

  constructor(parts: StoryParts, chatId: string) {
    this.#parts = parts;
    this.#chatId = chatId;
  }

  async say(text: string): Promise<void> {
    await this.#parts.person.send({
      chatId: this.#chatId,
      kind: 'message',
      path: `/v1/chats/${this.#chatId}/messages`,
      body: { text },
    });
  }

  /** What people do while somebody works for them. */
  async meddle(): Promise<void> {
    const { random, pause } = this.#parts;
    if (random.chance(0.25)) {
      await pause(random.whole(0, 2500));
      await this.say(wordsOf(random));
      // And at once another one: their order is promised.
      if (random.chance(0.4)) await this.say(wordsOf(random));
    }
    if (random.chance(0.2)) await this.#rename();
    if (random.chance(0.18)) {
      await pause(random.whole(0, 4000));
      await this.#cancel();
    }
  }

  /** Answers what is asked, and returns when the chat has come to rest. */
  async untilRest(): Promise<void> {
    const { person, pause } = this.#parts;
    for (;;) {
      const document = await person.document(this.#chatId);
      if (document.status === 'idle') return;
      const request = openRequest(document, this.#answered);
      if (request !== undefined) await this.#answer(request);
      await pause(LOOK_MS);
    }
  }

  async #answer(request: PendingRequest): Promise<void> {
    const { random, pause, person } = this.#parts;
    this.#answered.add(request.requestId);
    await pause(random.chance(0.15) ? random.whole(5_000, 15_000) : random.whole(0, 1500));
    const send = (value: unknown): Promise<unknown> =>
      person.send({
        chatId: this.#chatId,
        kind: 'input',
        path: `/v1/chats/${this.#chatId}/inputs/${request.requestId}`,
        body: { value },
      });
    const value = valueFor(request, random);
    // Two devices at once: the first answer counts.
    const second = random.chance(0.25) ? send(valueFor(request, random)) : undefined;
    await Promise.all([send(value), second]);
  }

  async #rename(): Promise<void> {
    const { person, random } = this.#parts;
    await person.send({
      chatId: this.#chatId,
      kind: 'rename',
      method: 'PATCH',
      path: `/v1/chats/${this.#chatId}`,
      body: { title: `Chat number ${random.whole(1, 1_000_000)}` },
    });
  }

  async #cancel(): Promise<void> {
    await this.#parts.person.send({ chatId: this.#chatId, kind: 'cancel', path: `/v1/chats/${this.#chatId}/cancel` });
  }
}

function openRequest({ pendingRequests }: ChatDocument, answered: ReadonlySet<string>): PendingRequest | undefined {
  return pendingRequests.find(({ requestId }) => !answered.has(requestId));
}

function valueFor(request: PendingRequest, random: Seeded): unknown {
  if (request.kind === 'approval') return random.chance(0.75);
  const choices = (request.schema as { enum?: unknown[] } | undefined)?.enum;
  if (request.kind === 'choice' && choices !== undefined) return random.pick(choices);
  return request.kind === 'form' ? {} : 'Yes, please go on.';
}
