'use client';

import type { OutboxItem } from '@colloquy/client';
import { t } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { useChatStore } from './chat-store.ts';
import { UserBubble } from './user-bubble.tsx';

/** What was said just now and is not on the log yet. */
export function OutboxMessage({ item }: { readonly item: OutboxItem }) {
  if (!('text' in item.command)) return null;
  return (
    <article data-entry="outbox" data-state={item.state}>
      <UserBubble text={item.command.text} dim>
        <OutboxState item={item} />
      </UserBubble>
    </article>
  );
}

/** How far a command has come; with what can be done when it has failed. */
export function OutboxState({ item }: { readonly item: OutboxItem }) {
  const store = useChatStore();
  if (item.state !== 'failed') return <>{item.attempts > 1 ? t.sendingAgain(item.attempts) : t.sending}</>;
  return (
    <span role="alert" className="flex flex-wrap items-center justify-end gap-2 text-bad">
      {t.notSent}: {item.failure?.detail}
      <Button
        onClick={() => {
          store.retry(item.key);
        }}
      >
        {t.tryAgain}
      </Button>
      <Button
        tone="plain"
        onClick={() => {
          store.discard(item.key);
        }}
      >
        {t.discard}
      </Button>
    </span>
  );
}
