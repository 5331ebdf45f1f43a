import { ownerReplySchema, ownerRequestSchema, ownerSubject } from '@colloquy/contracts';
import type { LinkMessage } from './broker-link.ts';
import { flushOrUndo } from './flush-or-undo.ts';
import type { LiveContext } from './live-feed.ts';
import type { OwnerChannel } from './ports.ts';

/** Requests to owners over one connection. A handler that throws answers nothing: the asker's time runs out. */
export function createOwnerChannel({ link, onFault }: LiveContext): OwnerChannel {
  return {
    async serve(chatId, onRequest) {
      const answer = async (message: LinkMessage): Promise<void> => {
        const request = ownerRequestSchema.parse(JSON.parse(message.data));
        message.respond(JSON.stringify(await onRequest(request)));
      };
      const subject = ownerSubject(chatId);
      const subscription = link.subscribe(subject, (message) => {
        answer(message).catch((error: unknown) => onFault({ what: `answering ${subject}`, error }));
      });
      await flushOrUndo(link, () => subscription.unsubscribe());
      return {
        close: async () => {
          subscription.unsubscribe();
          await link.flush();
        },
      };
    },
    async ask(chatId, request, timeoutMs) {
      const reply = await link.request(ownerSubject(chatId), JSON.stringify(request), timeoutMs);
      if (typeof reply === 'string') return reply;
      try {
        return ownerReplySchema.parse(JSON.parse(reply.data));
      } catch (error) {
        onFault({ what: `reading the answer of ${ownerSubject(chatId)}`, error });
        return 'timeout';
      }
    },
  };
}
