'use client';

import { useId } from 'react';

/** One of a few, as buttons that belong together. */
export function ChoiceField<T extends string>(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-2 sm:flex-row sm:items-center sm:gap-6">
      <legend className="contents">
        <span className="min-w-0 flex-1">
          <span className="block text-sm font-medium">{props.label}</span>
          {props.hint === undefined ? null : <span className="block text-sm text-soft">{props.hint}</span>}
        </span>
      </legend>
      <div className="flex shrink-0 rounded-lg border border-line-strong bg-surface p-0.5">
        {props.choices.map(({ value, label }) => (
          <label
            key={value}
            className="segment relative flex min-h-10 grow cursor-pointer items-center justify-center rounded-md px-3 text-center text-sm sm:whitespace-nowrap text-soft transition-colors hover:text-foreground md:min-h-8"
          >
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.value}
              className="absolute inset-0 cursor-pointer opacity-0"
              onChange={() => {
                props.onChange(value);
              }}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
