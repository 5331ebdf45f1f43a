'use client';

import type { Json } from '@colloquy/contracts';
import type { Question } from '@colloquy/transcript';
import type { SyntheticEvent } from 'react';
import { t } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { AnswerField } from './answer-field.tsx';
import { fieldsOf, optionsOf, valueOf } from './answer-schema.ts';
import { useChatStore } from './chat-store.ts';

/** Where a question is answered: a text, one of several, or a few fields. */
export function AnswerForm({ question }: { readonly question: Question }) {
  const store = useChatStore();
  const answer = (value: Json): void => {
    store.answer(question.requestId, value);
  };
  const options = question.inputKind === 'choice' ? optionsOf(question.schema) : [];
  if (options.length > 0) return <Choice options={options} onChoose={answer} />;
  const fields = fieldsOf(question);
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const value = valueOf(fields, new FormData(event.currentTarget));
    answer(question.inputKind === 'form' ? value : (value['answer'] ?? ''));
  };
  return (
    <form className="flex flex-col gap-3" onSubmit={submit}>
      {fields.map((field) => (
        <AnswerField key={field.name} field={field} draftKey={`${question.requestId}.${field.name}`} />
      ))}
      <Button type="submit" tone="solid" className="self-start">
        {t.answer}
      </Button>
    </form>
  );
}

function Choice(props: { readonly options: readonly Json[]; readonly onChoose: (value: Json) => void }) {
  return (
    <div role="group" aria-label={t.choose} className="flex flex-wrap gap-2">
      {props.options.map((option) => (
        <Button
          key={JSON.stringify(option)}
          onClick={() => {
            props.onChoose(option);
          }}
        >
          {typeof option === 'string' ? option : JSON.stringify(option)}
        </Button>
      ))}
    </div>
  );
}
