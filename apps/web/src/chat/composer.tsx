'use client';

import type { Attachment } from '@colloquy/contracts';
import { MAX_MESSAGE_LENGTH } from '@colloquy/contracts/constants';
import { ArrowUp } from 'lucide-react';
import { useEffect, useRef, useState, type ClipboardEvent, type ReactNode, type RefObject } from 'react';
import { AttachButton } from '../attachments/attach-button.tsx';
import { filesOf, useAttachments, type Attaching } from '../attachments/use-attachments.ts';
import { useWords } from '../i18n/words.ts';
import { useSignIn } from '../shell/client-provider.tsx';
import { ComposerField } from './composer-field.tsx';
import { clearDraft, draftOf, isUploading, onDraftChange, type Draft } from './draft-store.ts';
import { setHold, useHold, type Hold } from './hold-store.ts';
import { useWholeDraft } from './use-draft.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

/** A pasted text from this length on could be a file. */
const LONG_PASTE = 4_000;

const Tray = lazyPart(async () => (await import('../attachments/attachment-tray.tsx')).AttachmentTray, {
  missing: 'line',
});
const Drop = lazyPart(async () => (await import('../attachments/drop-overlay.tsx')).DropOverlay, {
  missing: 'fallback',
});
const Notes = lazyPart(async () => (await import('./composer-notes.tsx')).ComposerNotes, { missing: 'fallback' });

interface ComposerProps {
  /** The draft is kept under this name. */
  readonly draftKey: string;
  readonly placeholder: string;
  readonly disabled: boolean;
  /** It is not known yet whether the message may go: what was sent before waits. */
  readonly loading?: boolean;
  /** Enter and the button do nothing now: what is going on takes no message. */
  readonly refused?: boolean;
  readonly onSend: (text: string, attachments: readonly Attachment[]) => void;
  /** What the person said before, oldest first, for the arrow keys. */
  readonly spoken?: () => Iterable<string>;
  /** Beside the send button. */
  readonly children?: ReactNode;
  /** Below the field, while there is nothing to say about what is in it. */
  readonly below?: ReactNode;
}

/** Where a person writes. What is written is kept until it is sent. */
export function Composer(props: ComposerProps) {
  const { draftKey, disabled, refused = false } = props;
  const t = useWords();
  const draft = useWholeDraft(draftKey);
  const attaching = useAttachments(draftKey, disabled);
  const field = useRef<HTMLTextAreaElement>(null);
  const [pasted, setPasted] = useState('');
  const held = useHold(draftKey);
  const send = useSending(props, field);
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain');
    const files = filesOf(event.clipboardData);
    // What an office program copies is a text, and a picture of it as well: the text is meant.
    if (files.length > 0 && text === '') {
      event.preventDefault();
      attaching.add(files);
    } else if (text.length >= LONG_PASTE) setPasted(text.replaceAll('\r\n', '\n'));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="rounded-2xl border border-line-strong bg-surface p-1.5 shadow-xs transition-colors focus-within:border-accent-fill">
        <Files draftKey={draftKey} draft={draft} attaching={attaching} field={field} />
        <div className="flex items-end gap-1.5">
          {attaching.limits === undefined ? null : <AttachButton limits={attaching.limits} onFiles={attaching.add} />}
          <ComposerField
            draftKey={draftKey}
            text={draft.text}
            field={field}
            placeholder={props.placeholder}
            onSend={send}
            onPaste={onPaste}
            spoken={props.spoken}
          />
          {props.children}
          <button
            type="submit"
            aria-label={t.send}
            title={t.send}
            disabled={disabled || refused || held !== undefined || !isSendable(draft)}
            className="inline-flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent-fill text-on-accent transition-opacity hover:opacity-90 disabled:opacity-30 md:size-9"
          >
            <ArrowUp className="size-5" aria-hidden />
          </button>
        </div>
      </div>
      <TooLong text={draft.text} />
      <div className="mt-1.5 flex min-h-4 flex-col items-center text-center text-xs text-soft">
        <Below
          draft={draft}
          held={held}
          onRelease={() => {
            setHold(draftKey, undefined);
          }}
          pasted={canBeFile(pasted, draft, attaching) ? pasted : ''}
          onPasted={(name) => {
            setPasted('');
            field.current?.focus();
            if (name === undefined) return;
            attaching.add([new File([pasted], name, { type: 'text/plain' })], pasted);
          }}
        >
          {props.below}
        </Below>
      </div>
    </form>
  );
}

/** Whether there is something to send, and nothing of it is missing for good. */
export function isSendable({ text, files }: Draft): boolean {
  if (text.length > MAX_MESSAGE_LENGTH || files.some(({ error }) => error !== undefined)) return false;
  return text.trim() !== '' || files.length > 0;
}

/** Whether a text that was pasted still stands there, and would be taken as a file. */
function canBeFile(pasted: string, { text, files }: Draft, { limits }: Attaching): boolean {
  if (pasted === '' || limits === undefined || !text.includes(pasted)) return false;
  const fits = files.length < limits.maxPerMessage && new Blob([pasted]).size <= limits.maxBytes;
  return fits && limits.types.includes('text/*');
}

/** Sends the draft: at once, or as soon as its files are up. It gives up when one of them does not come. */
function useSending(props: ComposerProps, field: RefObject<HTMLTextAreaElement | null>): () => void {
  const { draftKey, disabled, refused = false, loading = false, onSend } = props;
  const held = useHold(draftKey);
  const deliver = (): void => {
    const { text, files } = draftOf(draftKey);
    clearDraft(draftKey);
    onSend(
      text.trim(),
      files.flatMap(({ attachment }) => attachment ?? []),
    );
    field.current?.focus();
  };
  useEffect(() => {
    if (held !== 'uploads' || loading) return undefined;
    const look = (): void => {
      const draft = draftOf(draftKey);
      const ready = isSendable(draft);
      if (ready && draft.files.some(isUploading)) return;
      setHold(draftKey, undefined);
      // What goes on may take no message any more: then it stays in the field.
      if (ready && !disabled && !refused) deliver();
    };
    const off = onDraftChange(draftKey, look);
    // They may be up already: another chat was looked at meanwhile.
    const first = setTimeout(look, 0);
    return () => {
      clearTimeout(first);
      off();
    };
  });
  return () => {
    const draft = draftOf(draftKey);
    if (disabled || refused || held !== undefined || !isSendable(draft)) return;
    if (draft.files.some(isUploading)) setHold(draftKey, 'uploads');
    else deliver();
  };
}

/** The files of the draft, and where more can be dropped. */
function Files(props: {
  readonly draftKey: string;
  readonly draft: Draft;
  readonly attaching: Attaching;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}) {
  const { client } = useSignIn();
  const { limits, used, dragging } = props.attaching;
  if (limits === undefined || client === undefined) return null;
  return (
    <>
      {props.draft.files.length > 0 || used ? (
        <Tray
          draftKey={props.draftKey}
          api={client.api}
          limits={limits}
          onGone={() => {
            props.field.current?.focus();
          }}
        />
      ) : null}
      {dragging ? <Drop limits={limits} /> : null}
    </>
  );
}

function TooLong({ text }: { readonly text: string }) {
  const t = useWords();
  if (text.length <= MAX_MESSAGE_LENGTH) return null;
  return (
    <p role="alert" className="mt-1 px-2 text-sm text-bad">
      {t.tooLong(MAX_MESSAGE_LENGTH)}
    </p>
  );
}

/** What there is to say about what is in the field; else what stands there anyway. */
function Below(props: {
  readonly draft: Draft;
  readonly held: Hold | undefined;
  readonly onRelease: () => void;
  readonly pasted: string;
  /** With a name: it shall be a file; without: it stays a text. */
  readonly onPasted: (name?: string) => void;
  readonly children: ReactNode;
}) {
  const { draft, held, pasted, children } = props;
  const { files, text } = draft;
  const nearLimit = text.length > MAX_MESSAGE_LENGTH * 0.9;
  const failed = files.some(({ error }) => error !== undefined);
  if (held === undefined && pasted === '' && !nearLimit && !failed) return children;
  return (
    <Notes
      fallback={children}
      length={nearLimit ? text.length : undefined}
      files={files}
      held={held}
      onRelease={props.onRelease}
      pasted={pasted === '' ? undefined : pasted.length}
      onPasted={props.onPasted}
    />
  );
}
