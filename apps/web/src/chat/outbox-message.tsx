'use client';

import type { OutboxItem } from '@colloquy/client';
import type { Attachment } from '@colloquy/contracts';
import { useWords } from '../i18n/words.ts';
import { useConnection } from '../shell/use-connection.ts';
import { Button } from '../ui/button.tsx';
import { goToPath, newChatPath } from '../shell/navigate.ts';
import { beginEdit } from './actions/edit-draft.ts';
import { useChatStore, type ChatStore } from './chat-store.ts';
import { draftOf, NEW_DRAFT, uploaded, writeDraft } from './draft-store.ts';
import { hasMessage } from './rows.ts';
import { UserBubble } from './user-bubble.tsx';

/** What was said just now and is not on the log yet. */
export function OutboxMessage({ item }: { readonly item: OutboxItem }) {
  const { command } = item;
  if (!('text' in command)) return null;
  return (
    <article data-entry="outbox" data-state={item.state}>
      <UserBubble text={command.text} dim {...('attachments' in command ? { attachments: command.attachments } : {})}>
        <OutboxState item={item} />
      </UserBubble>
    </article>
  );
}

/** How far a command has come, and what can be done while it is not there. */
export function OutboxState({ item }: { readonly item: OutboxItem }) {
  const t = useWords();
  const online = useConnection() === 'online';
  const failed = item.state === 'failed';
  const waits = item.state === 'sending' && (!online || item.attempts > 1);
  if (!failed && !waits) return <>{t.sending}</>;
  return (
    <span
      {...(failed ? { role: 'alert' } : {})}
      className={`flex flex-wrap items-center justify-end gap-x-1 ${failed ? 'text-bad' : ''}`}
    >
      <span className="mr-1">{textOf(item, { t, online })}</span>
      <Actions item={item} retry={retryWord(item, { t, online })} />
    </span>
  );
}

interface Telling {
  readonly t: ReturnType<typeof useWords>;
  readonly online: boolean;
}

/** Undefined: it can not be tried now, or never: what it should change is gone. */
function retryWord({ state, failure }: OutboxItem, { t, online }: Telling): string | undefined {
  if (state !== 'failed') return online ? t.sendNow : undefined;
  return failure?.code === 'message_not_found' ? undefined : t.tryAgain;
}

function textOf({ state, attempts, failure }: OutboxItem, { t, online }: Telling): string {
  if (state === 'failed') return `${t.notSent}: ${failure?.detail ?? ''}`;
  return online ? t.sendingAgain(attempts) : t.sentLater;
}

function Actions({ item, retry }: { readonly item: OutboxItem; readonly retry: string | undefined }) {
  const t = useWords();
  const store = useChatStore();
  const small = 'px-2.5 text-xs md:min-h-7 md:px-2';
  return (
    <>
      {retry === undefined ? null : (
        <Button
          className={small}
          onClick={() => {
            store.retry(item.key);
          }}
        >
          {retry}
        </Button>
      )}
      {canTakeBack(item) ? (
        <Button
          tone="plain"
          className={small}
          onClick={() => {
            takeBack(store, item);
          }}
        >
          {t.editUnsent}
        </Button>
      ) : null}
      <Button
        tone="plain"
        className={small}
        onClick={() => {
          store.discard(item.key);
        }}
      >
        {t.discard}
      </Button>
    </>
  );
}

/** A beginning that is on its way is a chat already. */
function canTakeBack({ command: { kind }, state }: OutboxItem): boolean {
  return kind === 'message' || kind === 'edit' || (kind === 'create' && state === 'failed');
}

/** Puts what was not sent where it was written. */
function takeBack(store: ChatStore, { key, command }: OutboxItem): void {
  if (!('text' in command)) return;
  const { chatId, screen } = store;
  if (command.kind === 'edit' && hasMessage(screen.getState().chat.entries, command.messageId)) {
    beginEdit(chatId, { messageId: command.messageId, text: command.text, instead: true });
  } else putBefore(command.kind === 'create' ? NEW_DRAFT : chatId, command);
  store.discard(key);
  if (command.kind === 'create') goToPath(newChatPath(command.workflow));
}

/** Puts a text and its files before what is being written. */
function putBefore(
  draftKey: string,
  said: { readonly text: string; readonly attachments?: readonly Attachment[] },
): void {
  const { text, files } = draftOf(draftKey);
  writeDraft(draftKey, {
    text: text.trim() === '' ? said.text : `${said.text}\n\n${text}`,
    files: [...(said.attachments ?? []).map(uploaded), ...files],
  });
}
