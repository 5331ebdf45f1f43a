'use client';

import type { ChatView } from '@colloquy/transcript';
import { useChatStore, useScreen } from './chat-store.ts';
import { Note, NoteButton } from './composer-notes.tsx';
import { useComposerWords } from './composer-words.ts';
import { useWholeDraft } from './use-draft.ts';
import { useAgentName } from './team.tsx';
import { useWorkflowOf } from './use-workflow-of.ts';

/** While a run is on: what sending will do, how to have it done at once, and who waits for an answer. */
export function ComposerRunNotes({ onStopAndSend }: { readonly onStopAndSend: () => void }) {
  const w = useComposerWords();
  const store = useChatStore();
  const status = useScreen(({ chat }) => chat.status);
  const { text, files } = useWholeDraft(store.chatId);
  const policy = useWorkflowOf()?.onNewInput ?? 'queue';
  const writing = text.trim() !== '' || files.length > 0;
  if (status === 'waiting') return <Asked writing={writing} steers={policy === 'steer'} />;
  if (status !== 'running' || (!writing && policy !== 'reject')) return null;
  return (
    <Note>
      {w.whileRunning[policy]}
      {writing && policy !== 'interrupt' ? <NoteButton onClick={onStopAndSend}>{w.stopAndSend}</NoteButton> : null}
    </Note>
  );
}

function Asked({ writing, steers }: { readonly writing: boolean; readonly steers: boolean }) {
  const w = useComposerWords();
  const store = useChatStore();
  const nameOf = useAgentName();
  const asked = useScreen(({ chat }) => chat.pendingRequests[0]);
  if (asked === undefined) return null;
  const go = (): void => {
    void store.transcript.scrollTo(keyOf(store.screen.getState().chat, asked.requestId), { flash: true, focus: true });
  };
  return (
    <Note>
      {asked.agent === undefined ? w.someoneNeedsInput : w.needsInput(nameOf(asked.agent))}
      {writing ? (steers ? w.whileRunning.steer : w.whileWaiting) : null}
      <NoteButton leads onClick={go}>
        {w.goToQuestion}
      </NoteButton>
    </Note>
  );
}

/** The key of the entry that shows a question: its own, or the call that it is about. */
function keyOf({ entries }: ChatView, requestId: string): string {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if ((entry?.kind === 'question' || entry?.kind === 'tool') && entry.question?.requestId === requestId) {
      return entry.key;
    }
  }
  return requestId;
}
