import { ApiError, createClient } from '@colloquy/client';
import { signToken } from '@colloquy/access';
import type { ChatEvent, Clock } from '@colloquy/contracts';
import type { AuditParts } from './read-sources.ts';

const PAGE = 500;
/** An owner's token lives so long: an audit of one chat takes less. */
const TOKEN_SECONDS = 300;
/** A gateway that is being replaced, or thinks that this is too much at once, is asked again so often. */
const TRIES = 5;
const AGAIN_MS = 1000;

/** Asks the API for chats as their owners would, with tokens signed with the services' own secret. */
export function apiOf(of: { url: string; secret: string; clock: Clock }): NonNullable<AuditParts['api']> {
  const { url, secret, clock } = of;
  return async ({ chatId, ownerId, tenantId }) => {
    const identity = { userId: ownerId, ...(tenantId === undefined ? {} : { tenantId }) };
    const token = await signToken(identity, { secret, clock, seconds: TOKEN_SECONDS });
    const client = createClient({ baseUrl: url, token, clock });
    const patiently = <T>(call: () => Promise<T>): Promise<T> => again(clock, call);
    try {
      const document = await patiently(() => client.api.getChat(chatId));
      const events: ChatEvent[] = [];
      for (let after: number | undefined = 0; after !== undefined;) {
        const from: number = after;
        const page = await patiently(() => client.api.listEvents(chatId, { after: from, limit: PAGE }));
        events.push(...page.events);
        after = page.next;
      }
      return { document, events };
    } catch (error) {
      if (error instanceof ApiError && !error.retryable) return { refused: `${error.status} ${error.detail}` };
      throw error;
    } finally {
      client.close();
    }
  };
}

async function again<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiError && error.retryable) || tries === TRIES) throw error;
      await clock.sleep(error.retryAfterMs ?? AGAIN_MS);
    }
  }
}
