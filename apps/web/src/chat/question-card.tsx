'use client';

import type { QuestionEntry } from '@colloquy/transcript';
import { clsx } from 'clsx';
import { MessageCircleQuestion } from 'lucide-react';
import { QuestionBody } from './approval.tsx';
import { AgentMark, AgentName } from './agent-mark.tsx';

/** A question to a person. It waits in the log: it is the same after a reload, and on every device. */
export function QuestionCard({ entry }: { readonly entry: QuestionEntry }) {
  const { question } = entry;
  const pending = question.state === 'pending';
  return (
    <section
      data-entry="question"
      data-question={question.state}
      tabIndex={-1}
      aria-label={question.prompt}
      className={clsx(
        'my-3 rounded-xl border p-4 text-sm',
        pending ? 'border-warn-line bg-warn-wash' : 'border-line bg-surface',
      )}
    >
      <div className="mb-2 flex items-center gap-2">
        {question.agent === undefined ? (
          <MessageCircleQuestion className="size-5 text-warn" aria-hidden />
        ) : (
          <>
            <AgentMark agent={question.agent} small />
            <AgentName agent={question.agent} className="font-semibold" />
          </>
        )}
      </div>
      <QuestionBody question={question} />
    </section>
  );
}
