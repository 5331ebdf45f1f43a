'use client';

import type { ChatRow } from '@colloquy/contracts';
import { useChatActions } from './use-chat-actions.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const DeleteDialog = lazyPart(async () => (await import('./delete-dialog.tsx')).DeleteDialog, { missing: 'toast' });
const ShareDialog = lazyPart(async () => (await import('../share/share-dialog.tsx')).ShareDialog, { missing: 'toast' });

/** What is being done with a row. */
export interface Doing {
  readonly kind: 'rename' | 'remove' | 'share';
  readonly row: ChatRow;
}

/** The dialogs of the list. */
export function RowDialogs(props: {
  readonly doing: Doing | undefined;
  readonly onDone: () => void;
  /** Called with a row that is deleted, while it is still in the list. */
  readonly onRemoved: (row: ChatRow) => void;
}) {
  const { doing, onDone } = props;
  const actions = useChatActions();
  return (
    <>
      {doing?.kind === 'remove' ? (
        <DeleteDialog
          onMissing={onDone}
          row={doing.row}
          onDone={(remove) => {
            onDone();
            if (!remove) return;
            props.onRemoved(doing.row);
            actions.remove(doing.row);
          }}
        />
      ) : null}
      {doing?.kind === 'share' ? <ShareDialog chatId={doing.row.chatId} onMissing={onDone} onClose={onDone} /> : null}
    </>
  );
}
