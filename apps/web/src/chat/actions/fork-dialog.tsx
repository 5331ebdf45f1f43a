'use client';

import { useClient } from '../../shell/client-provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useChatStore } from '../chat-store.ts';
import { useDoing } from './doing-store.ts';
import { startFork } from './fork.ts';
import { useActionWords } from './words.ts';

/** How far the making of a new chat has come, and what can be done when it fails. */
export function ForkDialog() {
  const t = useActionWords();
  const { chatId } = useChatStore();
  const client = useClient();
  const fork = useDoing('fork');
  if (fork === undefined) return null;
  const failed = fork.error !== undefined;
  const again = (): void => {
    if (client !== undefined) void startFork(client, { chatId, atSeq: fork.atSeq, done: t.forked });
  };
  return (
    <Dialog
      open
      onOpenChange={fork.cancel}
      width="small"
      title={failed ? t.forkFailed : t.forking}
      footer={
        <>
          <Button onClick={fork.cancel}>{t.cancel}</Button>
          {failed ? (
            <Button tone="solid" onClick={again}>
              {t.tryAgain}
            </Button>
          ) : null}
        </>
      }
    >
      {failed ? (
        <p role="alert" className="text-sm text-bad">
          {fork.error}
        </p>
      ) : (
        <p role="status" className="text-sm text-soft">
          {fork.attempts > 0 ? t.forkTries(fork.attempts) : t.forkingHint}
        </p>
      )}
    </Dialog>
  );
}
