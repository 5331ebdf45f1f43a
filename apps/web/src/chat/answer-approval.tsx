'use client';

import { Check, X } from 'lucide-react';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { useAnswerWords } from './answer-words.ts';
import { useAnswerDraft } from './use-answer-draft.ts';

const MAX_COMMENT = 4096;

/** Yes or no, and why. */
export function AnswerApproval(props: {
  readonly requestId: string;
  /** True when the workflow takes one approval of this tool for all its calls in the run. */
  readonly forRun: boolean;
  readonly onAnswer: (value: boolean, comment?: string) => void;
}) {
  const t = useWords();
  const w = useAnswerWords();
  const [{ comment = '' }, setValues] = useAnswerDraft(props.requestId, { comment: '' });
  const answer = (value: boolean): void => {
    const text = typeof comment === 'string' ? comment.trim() : '';
    props.onAnswer(value, text === '' ? undefined : text);
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-col gap-2 sm:flex-row sm:items-center">
        <input
          aria-label={t.comment}
          placeholder={w.commentPlaceholder}
          value={typeof comment === 'string' ? comment : ''}
          maxLength={MAX_COMMENT}
          onChange={(event) => {
            setValues({ comment: event.target.value });
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
      {props.forRun ? <p className="text-xs text-soft">{w.forThisRun}</p> : null}
    </div>
  );
}
