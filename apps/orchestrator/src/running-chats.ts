import type { Clock } from '@colloquy/contracts';
import type { ChatState } from '@colloquy/engine';
import type { RunningChat } from './running-chat.ts';

/** So many claims in a row without a finished piece of work make a run a suspect: it may be what ends processes. */
const SUSPECT_CLAIMS = 2;
/** A run that has lived here for so long is not what ends processes at once, in ms: the next suspect may come. */
const TRIAL_MS = 20_000;

/** True when the run was claimed again and again, and got no further. */
export function isSuspect({ run }: ChatState): boolean {
  return run !== undefined && run.claimsInARow >= SUSPECT_CLAIMS;
}

/** The chats that this process runs, and those that it is about to. */
export class RunningChats {
  readonly #chats = new Map<string, RunningChat>();
  readonly #claiming = new Set<string>();
  readonly #clock: Pick<Clock, 'monotonic'>;
  #suspect: { readonly chatId: string; readonly since: number } | undefined;
  #draining = false;
  #cut = false;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Runs and claims in progress: what counts against `maxRuns`. */
  get size(): number {
    return this.#chats.size + this.#claiming.size;
  }

  /** True once this process was asked to stop. */
  get draining(): boolean {
    return this.#draining;
  }

  get(chatId: string): RunningChat | undefined {
    return this.#chats.get(chatId);
  }

  all(): readonly RunningChat[] {
    return [...this.#chats.values()];
  }

  /** Reserves the chat for one claim; false when it is claimed or run here already. */
  reserve(chatId: string): boolean {
    if (this.#chats.has(chatId) || this.#claiming.has(chatId)) return false;
    this.#claiming.add(chatId);
    return true;
  }

  /**
   * Reserves the one place for a suspect; false while another one has it, which is until that gets further, ends, is not
   * claimed after all, or has lived here for 20 s. A run that ends its process takes every run there with it, and all of
   * them look alike afterwards: apart, only it goes on to end processes, and the others are not stopped for its sake.
   */
  isolate(chatId: string): boolean {
    const now = this.#clock.monotonic();
    const held = this.#suspect;
    if (held?.chatId === chatId) return true;
    if (held !== undefined && now - held.since < TRIAL_MS && this.#isSuspect(held.chatId)) return false;
    this.#suspect = { chatId, since: now };
    return true;
  }

  #isSuspect(chatId: string): boolean {
    const chat = this.#chats.get(chatId);
    return chat === undefined ? this.#claiming.has(chatId) : isSuspect(chat.state);
  }

  /** The claim in progress became a run. */
  add(chat: RunningChat): void {
    this.#claiming.delete(chat.chatId);
    this.#chats.set(chat.chatId, chat);
    chat.draining = this.#draining;
    if (this.#cut) chat.endEffects();
  }

  /** The claim or the run is over. */
  remove(chatId: string): void {
    if (this.#suspect?.chatId === chatId) this.#suspect = undefined;
    this.#claiming.delete(chatId);
    this.#chats.delete(chatId);
  }

  /** Every run ends at its next step boundary, also those whose claim is still under way. */
  drain(): void {
    this.#draining = true;
    for (const chat of this.all()) chat.draining = true;
  }

  /** Ends effects in progress, so that the next step boundary is now. */
  endEffects(): void {
    this.#cut = true;
    for (const chat of this.all()) chat.endEffects();
  }
}
