'use client';

import { useId, type ReactNode } from 'react';

/** A setting that is on or off, with its name and a hint. */
export function SwitchField(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const hint = useId();
  return (
    <label className="flex min-h-11 items-center gap-4">
      <span className="min-w-0 flex-1">
        <span className="block text-sm font-medium">{props.label}</span>
        {props.hint === undefined ? null : (
          <span id={hint} className="block text-sm text-soft">
            {props.hint}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={props.checked}
        disabled={props.disabled}
        {...(props.hint === undefined ? {} : { 'aria-describedby': hint })}
        className="switch"
        onChange={(event) => {
          props.onChange(event.target.checked);
        }}
      />
    </label>
  );
}
