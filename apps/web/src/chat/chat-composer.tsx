'use client';

import { useEffect } from 'react';
import { useSignIn } from '../shell/client-provider.tsx';
import { useWords } from '../i18n/words.ts';
import { useChatStore, useScreen, type ChatStore } from './chat-store.ts';
import { Composer, isSendable } from './composer.tsx';
import { clearDraft, draftOf, isUploading } from './draft-store.ts';
import { setHold, useHold } from './hold-store.ts';
import { StopButton } from './stop-button.tsx';
import { useWorkflowOf } from './use-workflow-of.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const RunNotes = lazyPart(async () => (await import('./composer-run-notes.tsx')).ComposerRunNotes, {
  missing: 'fallback',
});

/** Where to write in a chat, and the button that stops the run. */
export function ChatComposer() {
  const t = useWords();
  const store = useChatStore();
  const { me } = useSignIn();
  const status = useScreen((screen) => screen.chat.status);
  const closed = useScreen((screen) => screen.chat.deleted || screen.phase === 'gone');
  const refuses = useWorkflowOf()?.onNewInput === 'reject' && status === 'running';
  const loading = useScreen((screen) => screen.chat.lastSeq === 0);
  useSendAtRest(store, closed);
  const placeholders = { idle: t.composerPlaceholder, running: t.composerBusy, waiting: t.composerWaiting };
  return (
    <div className="mx-auto w-full max-w-3xl shrink-0 px-4 pt-1 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
      <Composer
        draftKey={store.chatId}
        placeholder={placeholders[status]}
        disabled={closed}
        loading={loading}
        refused={refuses}
        onSend={(text, attachments) => {
          store.send(text, attachments);
        }}
        spoken={() => spokenIn(store)}
        below={
          status === 'idle' ? (
            <span className="text-faint">{me?.demoModel === true ? t.demoModel : null}</span>
          ) : (
            <RunNotes
              onStopAndSend={() => {
                store.cancel();
                setHold(store.chatId, 'stop');
              }}
            />
          )
        }
      >
        <StopButton />
      </Composer>
    </div>
  );
}

/** What was written goes when nobody works any more: a team that takes no messages meanwhile refuses it before. */
function useSendAtRest(store: ChatStore, closed: boolean): void {
  const held = useHold(store.chatId) === 'stop';
  useEffect(() => {
    if (!held) return undefined;
    const look = (): void => {
      const draft = draftOf(store.chatId);
      const { status, lastSeq } = store.screen.getState().chat;
      // Nothing is known of a chat that is opened again until it is loaded.
      if (lastSeq === 0 || status === 'running') return;
      const ready = isSendable(draft) && !closed;
      const uploading = ready && draft.files.some(isUploading);
      setHold(store.chatId, uploading ? 'uploads' : undefined);
      if (!ready || uploading) return;
      // First: what is sent changes the screen, and it would be sent again.
      clearDraft(store.chatId);
      store.send(
        draft.text.trim(),
        draft.files.flatMap(({ attachment }) => attachment ?? []),
      );
    };
    const off = store.screen.subscribe(look);
    // It may be over already.
    const first = setTimeout(look, 0);
    return () => {
      clearTimeout(first);
      off();
    };
  });
}

/** What the person said in this chat. */
function* spokenIn({ screen }: ChatStore): Generator<string> {
  const { entries } = screen.getState().chat;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries.at(index);
    if (entry?.kind === 'user') yield entry.text;
  }
  for (const { command } of screen.getState().outbox) if (command.kind === 'message') yield command.text;
}
