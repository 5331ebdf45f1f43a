import type { ChatEvent, Delta } from '@colloquy/contracts';

/**
 * What was shown so far of messages that have not ended: the fold of deltas.
 * A delta that is covered already changes nothing; one that starts beyond the end is left out, since what lies between
 * was never shown.
 */
export class ShownTexts {
  readonly #texts = new Map<string, string>();

  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  /** Takes in deltas of text and reasoning; arguments and progress are no messages. */
  addDeltas(deltas: readonly Delta[]): void {
    for (const delta of deltas) {
      if (delta.kind !== 'text' && delta.kind !== 'reasoning') continue;
      const shown = this.#texts.get(delta.messageId) ?? '';
      if (delta.offset > shown.length) continue;
      const end = delta.offset + delta.text.length;
      if (end > shown.length) this.#texts.set(delta.messageId, shown.slice(0, delta.offset) + delta.text);
    }
  }

  /** Forgets messages that have ended. */
  addEvent(event: ChatEvent): void {
    if (event.type === 'text' || event.type === 'reasoning' || event.type === 'message_aborted') {
      this.#texts.delete(event.messageId);
    }
  }
}
