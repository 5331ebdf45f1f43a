'use client';

import type { Json } from '@colloquy/contracts';
import type { Question } from '@colloquy/transcript';
import { lazy, Suspense } from 'react';
import { t } from '../strings.ts';
import { formatTime } from '../ui/format.ts';
import { JsonView } from './json-view.tsx';
import { OutboxState } from './outbox-message.tsx';
import { usePersonName } from './use-person-name.ts';
import { useSentAnswer } from './use-sent-answer.ts';

/** Many chats ask nothing: the code of buttons and forms comes with the first question. */
const AnswerQuestion = lazy(async () => ({ default: (await import('./answer-question.tsx')).AnswerQuestion }));

/** A question and its answer, where it is asked. */
export function Approval({ question }: { readonly question: Question }) {
  return (
    <div className="border-t border-line px-3 py-3 text-sm" data-question={question.state}>
      <QuestionBody question={question} />
    </div>
  );
}

/** What is asked, and either how to answer it, or who has. */
export function QuestionBody({ question }: { readonly question: Question }) {
  const sent = useSentAnswer(question.requestId);
  if (question.state === 'answered') return <Answered question={question} />;
  if (question.state === 'closed') return <p className="text-faint">{t.requestClosed}</p>;
  return (
    <>
      <p className="font-medium wrap-anywhere whitespace-pre-wrap">{question.prompt}</p>
      {question.expiresAt === undefined ? null : (
        <p className="mt-0.5 text-xs text-faint">{t.expiresAt(formatTime(question.expiresAt))}</p>
      )}
      <div className="mt-3">
        {sent === undefined ? null : (
          <p className="text-soft">{sent.state === 'failed' ? <OutboxState item={sent} /> : t.answering}</p>
        )}
        {sent === undefined ? (
          <Suspense>
            <AnswerQuestion question={question} />
          </Suspense>
        ) : null}
      </div>
    </>
  );
}

function Answered({ question }: { readonly question: Question }) {
  const nameOf = usePersonName();
  const { answer } = question;
  if (answer === undefined) return null;
  const [who, when] = [nameOf(answer.by), formatTime(answer.at)];
  return (
    <div className="flex flex-col gap-0.5">
      {question.inputKind === 'approval' ? (
        <p className={answer.value === true ? 'text-good' : 'text-bad'}>
          {answer.value === true ? t.approvedBy(who, when) : t.declinedBy(who, when)}
        </p>
      ) : (
        <>
          <p className="wrap-anywhere whitespace-pre-wrap text-soft">{question.prompt}</p>
          <AnswerValue value={answer.value} />
          <p className="text-xs text-faint">{t.answeredBy(who, when)}</p>
        </>
      )}
      {answer.comment === undefined ? null : <p className="text-soft">“{answer.comment}”</p>}
    </div>
  );
}

function AnswerValue({ value }: { readonly value: Json }) {
  if (typeof value === 'object') return <JsonView value={value} />;
  const text = typeof value === 'boolean' ? (value ? t.yes : t.no) : String(value);
  return <p className="font-medium wrap-anywhere whitespace-pre-wrap">{text}</p>;
}
