import type { Attachment, Json, Variables } from '@colloquy/contracts';
import type { ApiFailure } from './api-error.ts';

/** What a person asked for. */
export type OutboxCommand =
  | {
      readonly kind: 'create';
      readonly workflow: string;
      readonly text: string;
      readonly variables?: Variables;
      readonly attachments?: readonly Attachment[];
    }
  | { readonly kind: 'message'; readonly text: string; readonly attachments?: readonly Attachment[] }
  | {
      readonly kind: 'edit';
      readonly messageId: string;
      readonly text: string;
      readonly attachments?: readonly Attachment[];
    }
  | { readonly kind: 'regenerate'; readonly messageId?: string }
  | { readonly kind: 'input'; readonly requestId: string; readonly value: Json; readonly comment?: string }
  | { readonly kind: 'cancel' };

/** A command on its way from a person's hand to the log. */
export interface OutboxItem {
  /** Its Idempotency-Key: minted once, sent with every attempt until the log has decided on it. */
  readonly key: string;
  readonly chatId: string;
  readonly command: OutboxCommand;
  /** When it was asked for: milliseconds since the Unix epoch. */
  readonly at: number;
  /** `accepted`: on disk at the server, but not seen on the log yet. `failed`: the server said no; it may be retried. */
  readonly state: 'sending' | 'accepted' | 'failed';
  /** How often it was sent. */
  readonly attempts: number;
  /** Known once it is accepted: the log's events carry it. */
  readonly commandId?: string;
  /** Of a failed item: the command that the log shows as refused. Sent again it is another one, with another key. */
  readonly refusedAs?: string;
  /** The event that seems to be it: the log may show a command before its acceptance arrives. */
  readonly shownAs?: string;
  /** Why the last attempt did not succeed. */
  readonly failure?: ApiFailure;
}

/** Where unsent commands outlive the page: `localStorage` fits. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}
