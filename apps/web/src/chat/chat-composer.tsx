'use client';

import { Square } from 'lucide-react';
import { useEffect } from 'react';
import { useSignIn } from '../shell/client-provider.tsx';
import { t } from '../strings.ts';
import { useChatStore, useScreen } from './chat-store.ts';
import { Composer } from './composer.tsx';

/** Where to write in a chat, and the button that stops the run. */
export function ChatComposer() {
  const store = useChatStore();
  const { me } = useSignIn();
  const status = useScreen((screen) => screen.chat.status);
  const closed = useScreen((screen) => screen.chat.deleted || screen.phase === 'gone');
  return (
    <div className="mx-auto w-full max-w-3xl shrink-0 px-4 pt-1 pb-[max(0.625rem,env(safe-area-inset-bottom))]">
      <Composer
        draftKey={store.chatId}
        placeholder={PLACEHOLDERS[status]}
        disabled={closed}
        onSend={(text) => {
          store.send(text);
        }}
      >
        <StopButton />
      </Composer>
      <p className="mt-1.5 min-h-4 text-center text-xs text-faint">{me?.demoModel === true ? t.demoModel : null}</p>
    </div>
  );
}

const PLACEHOLDERS = { idle: t.composerPlaceholder, running: t.composerBusy, waiting: t.composerWaiting };

function StopButton() {
  const store = useChatStore();
  const stoppable = useScreen(({ chat }) => chat.status !== 'idle' && chat.lastSeq > 0);
  const stopping = useScreen(({ outbox }) =>
    outbox.some(({ command, state }) => command.kind === 'cancel' && state !== 'failed'),
  );
  useEffect(() => {
    if (!stoppable || stopping) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      // Menus and dialogs come first: they take the key for themselves.
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing && !isDialogOpen()) store.cancel();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [store, stoppable, stopping]);
  if (!stoppable) return null;
  return (
    <button
      type="button"
      disabled={stopping}
      onClick={() => {
        store.cancel();
      }}
      className="inline-flex h-11 shrink-0 items-center gap-2 rounded-xl border border-line-strong px-3 text-sm font-medium transition-colors hover:bg-hover disabled:opacity-60 md:h-9"
    >
      <Square className="size-3.5 fill-current" aria-hidden />
      <span className="max-sm:sr-only">{stopping ? t.stopping : t.stop}</span>
    </button>
  );
}

/** Streamdown's question before a link is opened does not keep the key to itself. */
function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [data-streamdown="link-safety-modal"]') !== null;
}
