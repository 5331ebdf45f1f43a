'use client';

import type { Json } from '@colloquy/contracts';
import type { Question } from '@colloquy/transcript';
import { useEffect, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { answerDraftKey, parseValues } from './answer-draft.ts';
import { answerFieldsOf } from './answer-schema.ts';
import { answerOf, initialValues, type FormValues } from './answer-values.ts';
import { useAnswerWords } from './answer-words.ts';
import { clearDraft } from './draft-store.ts';
import { useDraft } from './use-draft.ts';

/** What was being written when somebody else, or the clock, was quicker: it is not lost without a word. */
export function AnswerLeftover({ question }: { readonly question: Question }) {
  const w = useAnswerWords();
  const [copied, setCopied] = useState(false);
  const key = answerDraftKey(question.requestId);
  const [kept] = useDraft(key);
  const text = leftoverOf(question, parseValues(kept));
  const needless = kept !== '' && text === '';
  useEffect(() => {
    if (needless) clearDraft(key);
  }, [needless, key]);
  if (text === '') return null;
  return (
    <div className="mt-3 rounded-lg border border-line bg-background p-3 text-sm">
      <p className="text-soft">{w.leftover}</p>
      <p className="mt-1 max-h-40 overflow-y-auto wrap-anywhere whitespace-pre-wrap">{text}</p>
      <div className="mt-2 flex gap-2">
        <Button
          onClick={() => {
            void navigator.clipboard.writeText(text).then(() => {
              setCopied(true);
            });
          }}
        >
          {copied ? w.copied : w.copy}
        </Button>
        <Button
          tone="plain"
          onClick={() => {
            clearDraft(key);
          }}
        >
          {w.discard}
        </Button>
      </div>
    </div>
  );
}

/** What was written and is not in the answer, as text; empty when nothing is lost. */
export function leftoverOf(question: Question, values: FormValues | undefined): string {
  if (values === undefined) return '';
  if (question.inputKind === 'approval') {
    return textOf(values['comment']) === textOf(question.answer?.comment) ? '' : textOf(values['comment']);
  }
  if ('choice' in values) return ''; // one press, nothing written
  const asked = answerFieldsOf({ kind: question.inputKind, schema: question.schema });
  const initial = initialValues(asked.fields);
  const written = { ...initial, ...values };
  const value = answerOf(asked, written);
  return same(written, initial) || same(value, question.answer?.value) ? '' : linesOf(value);
}

function linesOf(value: Json): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return textOf(value);
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${textOf(part)}`)
    .join('\n');
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return (typeof value === 'string' ? value : JSON.stringify(value)).trim();
}
