'use client';

import type { Json } from '@colloquy/contracts';
import { useRef, useState, type SyntheticEvent } from 'react';
import { Button } from '../ui/button.tsx';
import { AnswerField } from './answer-field.tsx';
import { answerFieldsOf, type AskedRequest } from './answer-schema.ts';
import { answerOf, faultsOf, initialValues } from './answer-values.ts';
import { useAnswerWords } from './answer-words.ts';
import { useAnswerDraft } from './use-answer-draft.ts';

/** Where a question is answered by a text or by a few fields. What is wrong is said at the field, once it was sent. */
export function AnswerForm(props: { readonly request: AskedRequest; readonly onAnswer: (value: Json) => void }) {
  const w = useAnswerWords();
  const form = useRef<HTMLFormElement>(null);
  const asked = answerFieldsOf(props.request);
  const [values, setValues] = useAnswerDraft(props.request.requestId, initialValues(asked.fields));
  const [checked, setChecked] = useState(false);
  const faults = checked ? faultsOf(asked.fields, values) : [];
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const [first] = faultsOf(asked.fields, values);
    setChecked(true);
    if (first === undefined) props.onAnswer(answerOf(asked, values));
    else form.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(first.path)}"]`)?.focus();
  };
  return (
    <form ref={form} noValidate className="flex flex-col gap-3" onSubmit={submit}>
      {asked.fields.map((field) => (
        <AnswerField
          key={field.path}
          field={field}
          form={{
            values,
            faults,
            onChange: (path, filled) => {
              setValues({ ...values, [path]: filled });
            },
          }}
        />
      ))}
      <Button type="submit" tone="solid" className="self-start">
        {w.sendAnswer}
      </Button>
    </form>
  );
}
