'use client';

import { Button } from '../../ui/button.tsx';
import { useChatStore, useScreen } from '../chat-store.ts';
import { OutboxState } from '../outbox-message.tsx';
import { useActionWords } from './words.ts';

/** Has the newest run answered again; what it had said becomes an older version. */
export function TryAgain() {
  const t = useActionWords();
  const store = useChatStore();
  const pending = useScreen(({ outbox }) =>
    outbox.find(({ command }) => command.kind === 'regenerate' && command.messageId === undefined),
  );
  if (store.readOnly) return null;
  if (pending !== undefined) return <OutboxState item={pending} />;
  return (
    <Button
      onClick={() => {
        store.regenerate();
      }}
    >
      {t.tryAgain}
    </Button>
  );
}
