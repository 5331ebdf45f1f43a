'use client';

import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { useWords } from '../i18n/words.ts';
import { useFormat } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { acceptOf, kindsOf, type FileLimits } from './file-limits.ts';

/** Opens the picker of the system. What may be picked it says itself. */
export function AttachButton(props: {
  readonly limits: FileLimits;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const t = useWords();
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const { limits } = props;
  const hint = t.attachHint(
    kindsOf(limits, t.textFiles).join(', '),
    format.bytes(limits.maxBytes),
    limits.maxPerMessage,
  );
  return (
    <>
      <IconButton
        label={t.attach}
        title={`${t.attach}: ${hint}`}
        aria-describedby="attach-limits"
        className="rounded-xl"
        onClick={() => input.current?.click()}
      >
        <Paperclip aria-hidden />
      </IconButton>
      <span id="attach-limits" className="sr-only">
        {hint}
      </span>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={acceptOf(limits)}
        onChange={(event) => {
          props.onFiles([...(event.target.files ?? [])]);
          event.target.value = ''; // the same file can be picked again
        }}
      />
    </>
  );
}
