'use client';

import type { Question } from '@colloquy/transcript';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { t } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { AnswerForm } from './answer-form.tsx';
import { useChatStore } from './chat-store.ts';

/** How a question is answered: by a yes or a no, or by a form. */
export function AnswerQuestion({ question }: { readonly question: Question }) {
  return question.inputKind === 'approval' ? (
    <ApprovalButtons question={question} />
  ) : (
    <AnswerForm question={question} />
  );
}

function ApprovalButtons({ question }: { readonly question: Question }) {
  const store = useChatStore();
  const [comment, setComment] = useState('');
  const answer = (value: boolean): void => {
    const text = comment.trim();
    store.answer(question.requestId, value, text === '' ? undefined : text);
  };
  return (
    <div className="flex flex-col gap-2 sm:flex-row sm:items-center">
      <input
        aria-label={t.comment}
        placeholder={t.comment}
        value={comment}
        maxLength={4096}
        onChange={(event) => {
          setComment(event.target.value);
        }}
        className="h-11 min-w-0 rounded-lg border border-line-strong bg-surface px-3 text-base placeholder:text-faint sm:flex-1 md:h-9 md:text-sm"
      />
      <div className="flex gap-2">
        <Button
          tone="solid"
          className="flex-1"
          onClick={() => {
            answer(true);
          }}
        >
          <Check className="size-4" aria-hidden />
          {t.approve}
        </Button>
        <Button
          tone="bad"
          className="flex-1"
          onClick={() => {
            answer(false);
          }}
        >
          <X className="size-4" aria-hidden />
          {t.decline}
        </Button>
      </div>
    </div>
  );
}
