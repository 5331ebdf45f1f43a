'use client';

import type { OutboxItem } from '@colloquy/client';
import type { Question } from '@colloquy/transcript';
import { useRef } from 'react';
import { useConnection } from '../shell/use-connection.ts';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { AnswerQuestion } from './answer-question.tsx';
import { useAnswerWords } from './answer-words.ts';
import { useChatStore } from './chat-store.ts';
import { noteAnswer, useRefusal, useSentAnswer } from './use-sent-answer.ts';
import { useWorkflowOf } from './use-workflow-of.ts';

/** A question of the open chat that waits: how to answer it, and what became of an answer that was tried. */
export function AnswerPending({ question, tool }: { readonly question: Question; readonly tool?: string }) {
  const store = useChatStore();
  const box = useRef<HTMLDivElement>(null);
  const sent = useSentAnswer(question.requestId);
  const workflow = useWorkflowOf();
  const { requestId, inputKind: kind, schema, expiresAt } = question;
  return (
    <div ref={box} className="flex flex-col gap-2.5">
      <AnswerQuestion
        request={{ requestId, kind, schema, expiresAt }}
        busy={sent !== undefined && sent.state !== 'failed'}
        forRun={tool !== undefined && workflow?.allowedForRun?.includes(tool) === true}
        onAnswer={(value, comment) => {
          // What was refused before is not sent again with the new one.
          if (sent !== undefined) store.discard(sent.key);
          noteAnswer(requestId, store.screen.getState().chat.lastSeq);
          // The pressed button is switched off now: who came by keyboard stays at the question.
          box.current?.closest<HTMLElement>('[data-question]')?.focus();
          store.answer(requestId, value, comment);
        }}
      />
      {sent === undefined ? <Refusal requestId={requestId} /> : <Sent item={sent} />}
    </div>
  );
}

function Refusal({ requestId }: { readonly requestId: string }) {
  const w = useAnswerWords();
  const refusal = useRefusal(requestId);
  if (refusal === undefined) return null;
  return (
    <p role="alert" className="text-sm text-bad">
      {w.rejected(refusal.message)}
    </p>
  );
}

function Sent({ item }: { readonly item: OutboxItem }) {
  const t = useWords();
  const w = useAnswerWords();
  const store = useChatStore();
  const online = useConnection() === 'online';
  if (item.state === 'failed') {
    return (
      <div role="alert" className="flex flex-wrap items-center gap-2 text-sm text-bad">
        {w.notSent(item.failure?.detail ?? '')}
        <Button
          onClick={() => {
            store.retry(item.key);
          }}
        >
          {t.tryAgain}
        </Button>
      </div>
    );
  }
  const waits = !online && item.state === 'sending';
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 text-sm text-soft">
      {waits ? w.sendsLater : w.sending}
      {waits ? (
        <Button
          tone="plain"
          onClick={() => {
            store.discard(item.key);
          }}
        >
          {w.takeBack}
        </Button>
      ) : null}
    </div>
  );
}
