'use client';

import { clsx } from 'clsx';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import type { Field } from './answer-schema.ts';
import type { Fault, Filled, FormValues } from './answer-values.ts';
import { useAnswerWords } from './answer-words.ts';

const BOX =
  'w-full rounded-lg border border-line-strong bg-surface px-3 text-base aria-invalid:border-bad md:text-sm disabled:opacity-60';
/** So many short options are buttons in a list; more are a menu of the system. */
const FEW = 6;

/** A text that may be longer than this has more than one line. */
const LONG = 200;

/** What the fields of one form share. */
export interface FormState {
  readonly values: FormValues;
  readonly faults: readonly Fault[];
  readonly onChange: (path: string, filled: Filled) => void;
}

/** One field of an answer, or a group of them. */
export function AnswerField({ field, form }: { readonly field: Field; readonly form: FormState }) {
  if (field.kind === 'group') {
    return (
      <fieldset className="flex flex-col gap-3 rounded-lg border border-line p-3">
        <legend className="px-1 text-sm font-medium">{field.label}</legend>
        {field.hint === undefined ? null : <p className="-mt-1 text-xs text-faint">{field.hint}</p>}
        {field.fields.map((part) => (
          <AnswerField key={part.path} field={part} form={form} />
        ))}
      </fieldset>
    );
  }
  return <SingleField field={field} form={form} />;
}

interface BoxProps {
  readonly field: Field;
  readonly filled: Filled;
  readonly onChange: (filled: Filled) => void;
  /** Of the control: its name, what explains it, and whether it is wrong. */
  readonly aria: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
    readonly 'aria-required': boolean | undefined;
    readonly 'data-path': string;
  };
}

function SingleField({ field, form }: { readonly field: Field; readonly form: FormState }) {
  const id = useId();
  const fault = form.faults.find(({ path }) => path === field.path);
  const described = [field.hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`];
  const props: BoxProps = {
    field,
    filled: form.values[field.path] ?? '',
    onChange: (filled) => {
      form.onChange(field.path, filled);
    },
    aria: {
      id,
      'aria-describedby': described.filter(Boolean).join(' ') || undefined,
      'aria-invalid': fault !== undefined,
      'aria-required': field.required || undefined,
      'data-path': field.path,
    },
  };
  const around = { id, field, fault };
  if (field.kind === 'yes_no') return <Tick {...props} around={around} />;
  if (isList(field)) return <Options {...props} around={around} />;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        <Label field={field} />
      </label>
      <Around {...around}>
        <Box {...props} />
      </Around>
    </div>
  );
}

function isList({ kind, options }: Field): boolean {
  return kind === 'choices' || (kind === 'choice' && options.length <= FEW);
}

function Label({ field }: { readonly field: Field }) {
  const t = useWords();
  const w = useAnswerWords();
  return (
    <>
      {field.label === '' ? t.answerLabel : field.label}
      {field.required || field.kind === 'yes_no' ? null : (
        <span className="font-normal text-faint"> ({w.optional})</span>
      )}
    </>
  );
}

interface AroundProps {
  readonly id: string;
  readonly field: Field;
  readonly fault: Fault | undefined;
}

/** The hint above a control and what is wrong with it below. */
function Around({ id, field, fault, children }: AroundProps & { readonly children: ReactNode }) {
  const w = useAnswerWords();
  return (
    <>
      {field.hint === undefined ? null : (
        <span id={`${id}-hint`} className="text-xs text-faint">
          {field.hint}
        </span>
      )}
      {children}
      {fault === undefined ? null : (
        <span id={`${id}-fault`} className="text-xs text-bad">
          {w.faults[fault.rule](fault.limit ?? '')}
        </span>
      )}
    </>
  );
}

function Tick({ filled, onChange, aria, around }: BoxProps & { readonly around: AroundProps }) {
  return (
    <div className="flex flex-col">
      <label className="flex min-h-11 items-center gap-2.5 text-sm md:min-h-8">
        <input
          type="checkbox"
          name={around.field.path}
          checked={filled === true}
          className="tick"
          onChange={(event) => {
            onChange(event.target.checked);
          }}
          {...aria}
        />
        <Label field={around.field} />
      </label>
      <Around {...around}>{null}</Around>
    </div>
  );
}

/** One of a few, or any of several. */
function Options({ field, filled, onChange, aria, around }: BoxProps & { readonly around: AroundProps }) {
  const several = field.kind === 'choices';
  const chosen =
    several && typeof filled === 'object'
      ? filled
      : typeof filled === 'string' && filled !== ''
        ? [Number(filled)]
        : [];
  const { id, 'data-path': path, 'aria-describedby': describedBy, 'aria-invalid': invalid } = aria;
  const choose = (place: number, on: boolean): void => {
    if (!several) onChange(String(place));
    else onChange(on ? [...chosen, place].toSorted((a, b) => a - b) : chosen.filter((other) => other !== place));
  };
  return (
    <fieldset aria-describedby={describedBy} className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">
        <Label field={field} />
      </legend>
      <Around {...around}>
        <div className="flex flex-wrap gap-x-5 gap-y-0.5">
          {field.options.map((option, place) => (
            <label key={JSON.stringify(option.value)} className="flex min-h-11 items-center gap-2 text-sm md:min-h-8">
              <input
                type={several ? 'checkbox' : 'radio'}
                name={`${id}-${path}`}
                checked={chosen.includes(place)}
                className="tick"
                onChange={(event) => {
                  choose(place, event.target.checked);
                }}
                {...(place === 0 ? { 'data-path': path, 'aria-invalid': invalid } : {})}
              />
              {option.label}
            </label>
          ))}
        </div>
      </Around>
    </fieldset>
  );
}

const INPUT_TYPES: Readonly<Partial<Record<Field['kind'], string>>> = { date: 'date', date_time: 'datetime-local' };
const TEXT_TYPES: Readonly<Record<string, string>> = { email: 'email', uri: 'url' };

function Box({ field, filled, onChange, aria }: BoxProps) {
  const w = useAnswerWords();
  const common = {
    ...aria,
    name: field.path,
    value: typeof filled === 'string' ? filled : '',
    onChange: (event: { readonly target: { readonly value: string } }) => {
      onChange(event.target.value);
    },
  };
  const line = clsx(BOX, 'h-11 md:h-9');
  if (field.kind === 'choice') {
    return (
      <select {...common} className={line}>
        <option value="">{w.nothingChosen}</option>
        {field.options.map((option, place) => (
          <option key={JSON.stringify(option.value)} value={place}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  if (field.kind === 'json') {
    return (
      <textarea
        {...common}
        rows={3}
        spellCheck={false}
        placeholder={w.jsonHint}
        className={clsx(BOX, 'py-2 font-mono')}
      />
    );
  }
  if (hasManyLines(field)) return <textarea {...common} rows={2} className={clsx(BOX, 'py-2')} />;
  return <input {...common} {...typeOf(field)} className={line} />;
}

function hasManyLines({ kind, name, limits }: Field): boolean {
  return kind === 'text' && limits.format === undefined && (name === '' || (limits.maxLength ?? 0) > LONG);
}

/** Numbers are not of type="number": that one gives nothing at all of what is no number, and a wheel changes it. */
function typeOf({ kind, limits: { format = '' } }: Field): ComponentProps<'input'> {
  if (kind === 'integer') return { type: 'text', inputMode: 'numeric', autoComplete: 'off' };
  if (kind === 'number') return { type: 'text', inputMode: 'decimal', autoComplete: 'off' };
  return { type: INPUT_TYPES[kind] ?? TEXT_TYPES[format] ?? 'text' };
}
