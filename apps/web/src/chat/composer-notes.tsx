'use client';

import { MAX_MESSAGE_LENGTH } from '@colloquy/contracts/constants';
import type { ReactNode } from 'react';
import { useFormat } from '../ui/format.ts';
import { useComposerWords } from './composer-words.ts';
import { isUploading, type DraftFile } from './draft-store.ts';

/** What is going on in the field that a person has to know. */
export interface NotesProps {
  /** How long the text is, when there is not much room left. */
  readonly length: number | undefined;
  readonly files: readonly DraftFile[];
  /** `uploads`, `stop`: it was sent, and goes as soon as that is over. */
  readonly held: 'uploads' | 'stop' | undefined;
  readonly onRelease: () => void;
  /** How long a text is that was pasted and could be a file. */
  readonly pasted: number | undefined;
  /** With a name: it shall be a file; without: it stays a text. */
  readonly onPasted: (name?: string) => void;
}

/** Lines below the field: what waits for what, what could be done, how much room is left. */
export function ComposerNotes(props: NotesProps) {
  const w = useComposerWords();
  const format = useFormat();
  return (
    <>
      <span role="status" className="contents">
        <Held {...props} />
      </span>
      {props.pasted === undefined ? null : (
        <Note>
          {w.pasted(format.number(props.pasted))}
          <NoteButton
            onClick={() => {
              props.onPasted(w.pastedName);
            }}
          >
            {w.attachPasted}
          </NoteButton>
          <NoteButton
            onClick={() => {
              props.onPasted();
            }}
          >
            {w.keepPasted}
          </NoteButton>
        </Note>
      )}
      {props.length === undefined ? null : (
        <Note>
          <span className={props.length > MAX_MESSAGE_LENGTH ? 'text-bad tabular-nums' : 'tabular-nums'}>
            {w.counter(format.number(props.length), format.number(MAX_MESSAGE_LENGTH))}
          </span>
        </Note>
      )}
    </>
  );
}

function Held({ held, files, onRelease }: NotesProps) {
  const w = useComposerWords();
  if (held === undefined) {
    return files.some(({ error }) => error !== undefined) ? <Note>{w.fileFailed}</Note> : null;
  }
  return (
    <Note>
      {held === 'stop' ? w.sendsWhenStopped : w.sendsWhenUploaded(files.filter(isUploading).length)}
      <NoteButton onClick={onRelease}>{w.notYet}</NoteButton>
    </Note>
  );
}

/** One line of small print. */
export function Note({ children }: { readonly children: ReactNode }) {
  return <span className="flex flex-wrap items-center justify-center gap-x-2">{children}</span>;
}

/** Something that can be done, in small print. It goes away then, and gives the focus to the field. */
export function NoteButton(props: {
  readonly onClick: () => void;
  /** True when it leads somewhere else. */
  readonly leads?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className="min-h-11 rounded px-1 font-medium text-accent-ink hover:underline md:min-h-6"
      onClick={({ currentTarget: { form } }) => {
        props.onClick();
        if (props.leads !== true) form?.querySelector('textarea')?.focus({ preventScroll: true });
      }}
    >
      {props.children}
    </button>
  );
}
