import type { Delta, NewEvent } from '@colloquy/contracts';
import type { ScriptedBackend } from '@colloquy/testing/scripted-backend';

const OWNER = 'guest-scripted';

/** A chat whose log a test writes, one word after the other. */
export class ScriptedChat {
  readonly chatId: string;
  readonly #backend: ScriptedBackend;
  readonly #runId: string;
  #count = 0;
  #open: { messageId: string; text: string } | undefined;

  constructor(backend: ScriptedBackend, name: string) {
    this.#backend = backend;
    this.chatId = `scripted-chat-${name}`.padEnd(24, '0');
    this.#runId = `scripted-run-${name}`.padEnd(24, '0');
    const commandId = this.#id('create');
    this.#add({ type: 'chat_created', commandId, ownerId: OWNER, workflow: 'assistant', title: name, variables: {} });
  }

  /** The person says something, and a run begins. */
  ask(text: string): void {
    const messageId = this.#id('said');
    this.#add({ type: 'user_message', messageId, commandId: messageId, text, by: OWNER });
    const about = {
      workflow: 'assistant',
      workflowHash: 'script',
      engineVersion: 3,
      pricesHash: 'script',
      variables: {},
    };
    this.#add({ type: 'run_started', runId: this.#runId, trigger: 1, worker: 'script', ...about });
  }

  /** An agent begins to speak. */
  begin(agent = 'assistant'): void {
    const messageId = this.#id('text');
    this.#open = { messageId, text: '' };
    const about = { kind: 'text', purpose: 'reply', model: 'script', attempt: 1 } as const;
    this.#add({ type: 'message_started', runId: this.#runId, agent, messageId, ...about });
  }

  /** The next words `w<from>` … `w<to>`, a commit of deltas each. */
  words(from: number, to: number): void {
    for (let word = from; word <= to; word++) this.piece(`${word === 1 ? '' : ' '}w${String(word)}`);
  }

  /** A piece of what the agent says. */
  piece(text: string): void {
    const open = this.#open;
    if (open === undefined) throw new Error('nobody speaks');
    const { messageId } = open;
    const delta: Delta = {
      messageId,
      runId: this.#runId,
      agent: 'assistant',
      offset: open.text.length,
      text,
      kind: 'text',
    };
    open.text += text;
    this.#backend.append(this.chatId, [], [delta]);
  }

  /** The agent has said all. */
  end(): void {
    const { messageId, text } = this.#open ?? { messageId: '', text: '' };
    this.#open = undefined;
    this.#add({ type: 'text', runId: this.#runId, agent: 'assistant', messageId, text, finishReason: 'stop' });
  }

  /** The run is over. */
  complete(): void {
    this.#add({ type: 'run_completed', runId: this.#runId, reason: { code: 'no_next_speaker', text: 'Done' } });
  }

  #add(event: NewEvent): void {
    this.#backend.append(this.chatId, [event]);
  }

  #id(kind: string): string {
    return `${this.chatId}-${kind}-${String(++this.#count)}`.slice(-64);
  }
}
