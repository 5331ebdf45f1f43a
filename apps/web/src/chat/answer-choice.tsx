'use client';

import type { Json } from '@colloquy/contracts';
import { useId, type SyntheticEvent } from 'react';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import type { Option } from './answer-schema.ts';
import { useAnswerWords } from './answer-words.ts';
import { useAnswerDraft } from './use-answer-draft.ts';

/** So many options, each no longer than that, are buttons: one press answers. */
const FEW = 4;
const SHORT = 40;

interface ChoiceProps {
  readonly requestId: string;
  readonly options: readonly Option[];
  readonly onAnswer: (value: Json) => void;
}

/** One of several: by a button each when they are few, else by a list and a button that sends. */
export function AnswerChoice(props: ChoiceProps) {
  const t = useWords();
  if (props.options.length > FEW || props.options.some(({ label }) => label.length > SHORT)) {
    return <ChoiceList {...props} />;
  }
  return (
    <div role="group" aria-label={t.choose} className="flex flex-wrap gap-2">
      {props.options.map(({ value, label }) => (
        <Button
          key={JSON.stringify(value)}
          onClick={() => {
            props.onAnswer(value);
          }}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}

function ChoiceList({ requestId, options, onAnswer }: ChoiceProps) {
  const t = useWords();
  const w = useAnswerWords();
  const name = useId();
  const [{ choice = '' }, setValues] = useAnswerDraft(requestId, { choice: '' });
  const chosen = options[choice === '' ? -1 : Number(choice)];
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (chosen !== undefined) onAnswer(chosen.value);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <fieldset className="flex flex-col">
        <legend className="sr-only">{t.choose}</legend>
        {options.map(({ value, label }, place) => (
          <label
            key={JSON.stringify(value)}
            className="flex min-h-11 cursor-pointer items-center gap-2.5 rounded-lg px-2 py-1 hover:bg-hover md:min-h-9"
          >
            <input
              type="radio"
              name={name}
              checked={choice === String(place)}
              className="tick"
              onChange={() => {
                setValues({ choice: String(place) });
              }}
            />
            <span className="min-w-0 wrap-anywhere">{label}</span>
          </label>
        ))}
      </fieldset>
      <Button type="submit" tone="solid" className="self-start" disabled={chosen === undefined}>
        {w.sendAnswer}
      </Button>
    </form>
  );
}
