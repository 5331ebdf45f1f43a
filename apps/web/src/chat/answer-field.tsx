'use client';

import { t } from '../strings.ts';
import type { Field } from './answer-schema.ts';
import { useDraft } from './use-draft.ts';

const BOX = 'w-full rounded-lg border border-line-strong bg-surface px-3 text-base md:text-sm';

/** One field of an answer. What is written into it is kept until it is sent. */
export function AnswerField({ field, draftKey }: { readonly field: Field; readonly draftKey: string }) {
  if (field.kind === 'yes_no') {
    return (
      <label className="flex min-h-11 items-center gap-2.5 md:min-h-8">
        <input type="checkbox" name={field.name} className="size-4.5 accent-(--accent-fill)" />
        {field.label}
      </label>
    );
  }
  return (
    <label className="flex flex-col gap-1">
      <span className="text-xs font-medium text-soft">{field.label}</span>
      {field.hint === undefined ? null : <span className="text-xs text-faint">{field.hint}</span>}
      <Box field={field} draftKey={draftKey} />
    </label>
  );
}

function Box({ field, draftKey }: { readonly field: Field; readonly draftKey: string }) {
  const [draft, setDraft] = useDraft(draftKey);
  if (field.kind === 'choice') {
    return (
      <select name={field.name} required={field.required} defaultValue="" className={`h-11 md:h-9 ${BOX}`}>
        <option value="">{t.choose}</option>
        {field.options.map((option, index) => (
          <option key={JSON.stringify(option)} value={index}>
            {typeof option === 'string' ? option : JSON.stringify(option)}
          </option>
        ))}
      </select>
    );
  }
  const common = {
    name: field.name,
    required: field.required,
    value: draft,
    onChange: (event: { readonly target: { readonly value: string } }) => {
      setDraft(event.target.value);
    },
  };
  if (field.kind === 'number') return <input type="number" step="any" className={`h-11 md:h-9 ${BOX}`} {...common} />;
  return <textarea rows={2} className={`py-2 ${BOX}`} {...common} />;
}
