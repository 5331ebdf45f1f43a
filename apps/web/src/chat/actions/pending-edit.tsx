'use client';

import type { OutboxItem } from '@colloquy/client';
import { OutboxState } from '../outbox-message.tsx';
import { UserBubble } from '../user-bubble.tsx';

/** A message as it will be, while its change is on its way. */
export function PendingEdit({ item }: { readonly item: OutboxItem }) {
  if (item.command.kind !== 'edit') return null;
  return (
    <div data-entry="pending-edit" data-state={item.state}>
      <UserBubble text={item.command.text} attachments={item.command.attachments} dim>
        <OutboxState item={item} />
      </UserBubble>
    </div>
  );
}
