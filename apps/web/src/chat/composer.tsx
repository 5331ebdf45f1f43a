'use client';

import { MAX_MESSAGE_LENGTH } from '@colloquy/contracts/constants';
import { ArrowUp } from 'lucide-react';
import { useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { t } from '../strings.ts';
import { useDraft } from './use-draft.ts';

/** Highest it grows, in px; then it scrolls. */
const MAX_HEIGHT = 240;

/** Where a person writes. Enter sends, except while an input method composes a character. */
export function Composer(props: {
  /** The draft is kept under this name. */
  readonly draftKey: string;
  readonly placeholder: string;
  readonly disabled: boolean;
  readonly onSend: (text: string) => void;
  /** Beside the send button. */
  readonly children?: ReactNode;
}) {
  const [text, setText] = useDraft(props.draftKey);
  const field = useRef<HTMLTextAreaElement>(null);
  const tooLong = text.length > MAX_MESSAGE_LENGTH;
  const ready = !props.disabled && !tooLong && text.trim() !== '';
  useLayoutEffect(() => {
    if (field.current !== null) fit(field.current);
  }, [text]);
  const send = (): void => {
    if (!ready) return;
    props.onSend(text.trim());
    setText('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="flex items-end gap-1.5 rounded-2xl border border-line-strong bg-surface p-1.5 shadow-xs transition-colors focus-within:border-accent-fill">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={t.composerLabel}
          aria-describedby="composer-keys"
          placeholder={props.placeholder}
          onChange={(event) => {
            setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          className="thin-scroll max-h-60 min-h-11 flex-1 resize-none bg-transparent px-3 py-2.5 text-base leading-6 outline-none placeholder:truncate placeholder:text-faint md:min-h-9 md:py-1.5 md:text-[0.9375rem]"
        />
        <span id="composer-keys" className="sr-only">
          {t.composerKeys}
        </span>
        {props.children}
        <button
          type="submit"
          aria-label={t.send}
          title={t.send}
          disabled={!ready}
          className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent-fill text-on-accent transition-opacity hover:opacity-90 disabled:opacity-30 md:size-9"
        >
          <ArrowUp className="size-5" aria-hidden />
        </button>
      </div>
      {tooLong ? (
        <p role="alert" className="mt-1 px-2 text-sm text-bad">
          {t.tooLong(MAX_MESSAGE_LENGTH)}
        </p>
      ) : null}
    </form>
  );
}

/** As high as its text. */
function fit(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${String(Math.min(field.scrollHeight, MAX_HEIGHT))}px`;
}
