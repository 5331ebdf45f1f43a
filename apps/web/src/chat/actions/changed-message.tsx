'use client';

import type { OutboxItem } from '@colloquy/client';
import type { UserEntry } from '@colloquy/transcript';
import { EditMessage } from './edit-message.tsx';
import { PendingEdit } from './pending-edit.tsx';

/**
 * A message while it is being changed, and while its change is on its way. One part for both: when the change is sent,
 * nothing has to be loaded, so the old words do not come back for a moment.
 */
export function ChangedMessage(props: {
  readonly entry: UserEntry;
  readonly editing: boolean;
  readonly pending: OutboxItem | undefined;
}) {
  if (props.editing) return <EditMessage entry={props.entry} />;
  return props.pending === undefined ? null : <PendingEdit item={props.pending} />;
}
