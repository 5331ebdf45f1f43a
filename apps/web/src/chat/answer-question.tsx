'use client';

import type { Json } from '@colloquy/contracts';
import { AnswerApproval } from './answer-approval.tsx';
import { AnswerChoice } from './answer-choice.tsx';
import { AnswerCountdown } from './answer-countdown.tsx';
import { AnswerForm } from './answer-form.tsx';
import { optionsOf, type AskedRequest } from './answer-schema.ts';

/** How a question is answered, wherever it is shown. */
export interface AnswerQuestionProps {
  readonly request: AskedRequest;
  /** Called with the answer; the value of an approval is a boolean. */
  readonly onAnswer: (value: Json, comment?: string) => void;
  /** True while an answer is on its way: another one cannot be given. What was filled in stays. */
  readonly busy?: boolean;
  /** True when the workflow takes one approval of this tool for all its calls in the run. */
  readonly forRun?: boolean;
}

/** By a yes or a no, by one of several, by a text, or by a form. It needs no chat around it, and writes no words of what is asked. */
export function AnswerQuestion({ request, onAnswer, busy = false, forRun = false }: AnswerQuestionProps) {
  return (
    <div className="flex flex-col gap-2.5">
      {request.expiresAt === undefined ? null : (
        <AnswerCountdown requestId={request.requestId} expiresAt={request.expiresAt} />
      )}
      <fieldset disabled={busy} className="min-w-0 disabled:opacity-60">
        <Ways
          request={request}
          forRun={forRun}
          onAnswer={(value, comment) => {
            if (!busy) onAnswer(value, comment);
          }}
        />
      </fieldset>
    </div>
  );
}

function Ways({ request, onAnswer, forRun = false }: AnswerQuestionProps) {
  const { requestId, kind, schema } = request;
  if (kind === 'approval') return <AnswerApproval requestId={requestId} forRun={forRun} onAnswer={onAnswer} />;
  const options = kind === 'choice' ? optionsOf(schema) : [];
  if (options.length > 0) return <AnswerChoice requestId={requestId} options={options} onAnswer={onAnswer} />;
  return <AnswerForm request={request} onAnswer={onAnswer} />;
}
