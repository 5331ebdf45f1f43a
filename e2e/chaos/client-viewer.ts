import { createClient, type ChatHandle, type Client } from '@colloquy/client';
import type { ChatView } from '@colloquy/transcript';
import type { Viewer, ViewerParts } from './viewer.ts';

/** A screen on our own client. */
export class ClientViewer implements Viewer {
  readonly name: string;
  readonly chatId: string;
  readonly #client: Client;
  readonly #handle: ChatHandle;
  readonly #off: () => void;
  #lastSeq = 0;

  constructor(parts: ViewerParts) {
    const { name, chatId, log } = parts;
    this.name = name;
    this.chatId = chatId;
    this.#client = createClient({ baseUrl: parts.url, token: parts.token });
    this.#handle = this.#client.openChat(chatId);
    this.#off = this.#handle.subscribe(() => {
      const { chat, phase, error } = this.#handle.getView();
      if (chat.lastSeq < this.#lastSeq)
        log.fault({ viewer: name, chatId, kind: 'back', what: `from ${this.#lastSeq}`, seq: chat.lastSeq });
      this.#lastSeq = chat.lastSeq;
      if (phase === 'gone')
        log.fault({ viewer: name, chatId, kind: 'gone', what: error?.message ?? '', seq: chat.lastSeq });
    });
    this.#handle.ready.catch(() => undefined);
  }

  view(): ChatView {
    return this.#handle.getView().chat;
  }

  trace(): readonly string[] {
    const { phase, error } = this.#handle.getView();
    return [`${phase}, ${this.#client.connection.state}${error === undefined ? '' : `, ${error.message}`}`];
  }

  close(): void {
    this.#off();
    this.#handle.close();
    this.#client.close();
  }
}
