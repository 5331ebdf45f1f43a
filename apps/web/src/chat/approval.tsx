'use client';

import type { Json } from '@colloquy/contracts';
import type { Question } from '@colloquy/transcript';
import { useWords } from '../i18n/words.ts';
import { useFormat } from '../ui/format.ts';
import { JsonView } from './json-view.tsx';
import { answerDraftKey } from './answer-draft.ts';
import { useChatStore } from './chat-store.ts';
import { draftOf } from './draft-store.ts';
import { usePersonName } from './use-person-name.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

/** Many chats ask nothing: the code of buttons and forms comes with the first question. */
const AnswerPending = lazyPart(async () => (await import('./answer-pending.tsx')).AnswerPending, { missing: 'line' });
const AnswerLeftover = lazyPart(async () => (await import('./answer-leftover.tsx')).AnswerLeftover, {
  missing: 'line',
});

/** A question about a call of a tool, and its answer, where the call is shown. */
export function Approval({ question, tool }: { readonly question: Question; readonly tool?: string }) {
  return (
    <div
      className="border-t border-line px-3 py-3 text-sm focus-visible:outline-offset-[-2px]"
      data-question={question.state}
      tabIndex={-1}
    >
      <QuestionBody
        question={{ ...question, prompt: withoutArguments(question.prompt) }}
        {...(tool === undefined ? {} : { tool })}
      />
    </div>
  );
}

/** The arguments are listed right above the question: said once is enough. */
function withoutArguments(prompt: string): string {
  return prompt.replace(/ with \{[^]*\}(?=\. Allow it\?$)/, '');
}

/** What is asked, and either how to answer it, or who has. */
export function QuestionBody({ question, tool }: { readonly question: Question; readonly tool?: string }) {
  const { readOnly } = useChatStore();
  if (question.state !== 'pending') {
    return (
      <>
        <Settled question={question} />
        {!readOnly && draftOf(answerDraftKey(question.requestId)).text !== '' ? (
          <AnswerLeftover question={question} />
        ) : null}
      </>
    );
  }
  return (
    <>
      <p className="font-medium wrap-anywhere whitespace-pre-wrap">{question.prompt}</p>
      {readOnly ? null : (
        <div className="mt-2.5 min-h-11">
          <AnswerPending question={question} {...(tool === undefined ? {} : { tool })} />
        </div>
      )}
    </>
  );
}

function Settled({ question }: { readonly question: Question }) {
  const t = useWords();
  if (question.state === 'answered') return <Answered question={question} />;
  return (
    <>
      <p className="wrap-anywhere whitespace-pre-wrap text-soft">{question.prompt}</p>
      <p className="text-faint">{t.requestClosed}</p>
    </>
  );
}

function Answered({ question }: { readonly question: Question }) {
  const format = useFormat();
  const t = useWords();
  const nameOf = usePersonName();
  const { answer } = question;
  if (answer === undefined) return null;
  const [who, when] = [nameOf(answer.by), format.time(answer.at)];
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
  const t = useWords();
  if (typeof value === 'object') return <JsonView value={value} />;
  const text = typeof value === 'boolean' ? (value ? t.yes : t.no) : String(value);
  return <p className="font-medium wrap-anywhere whitespace-pre-wrap">{text}</p>;
}
