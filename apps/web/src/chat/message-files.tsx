'use client';

import type { Attachment } from '@colloquy/contracts';
import { Download, FileText, ImageOff } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../ui/format.ts';
import { useDetailWords } from './detail-words.ts';
import { isImage, useFilePath } from './message-file-path.ts';

/** The files that came with a message: images as pictures, others as chips to download. */
export function MessageFiles({ files }: { readonly files: readonly Attachment[] }) {
  const words = useDetailWords();
  return (
    <ul aria-label={words.files} className="flex max-w-full flex-wrap justify-end gap-2">
      {files.map((file) => (
        <li key={file.fileId} className="max-w-full">
          {isImage(file) ? <Picture file={file} /> : <Chip file={file} />}
        </li>
      ))}
    </ul>
  );
}

/** A picture in a box whose size does not follow from what is in it: nothing moves when it comes. */
function Picture({ file }: { readonly file: Attachment }) {
  const words = useDetailWords();
  const path = useFilePath(file);
  const [gone, setGone] = useState(false);
  if (gone) return <Chip file={file} gone />;
  return (
    <a
      href={path}
      target="_blank"
      rel="noreferrer"
      aria-label={words.openImage(file.name)}
      title={file.name}
      className="block h-32 w-44 overflow-hidden rounded-xl border border-line bg-hover"
    >
      <img
        src={path}
        alt={file.name}
        loading="lazy"
        decoding="async"
        className="size-full object-cover"
        onError={() => {
          setGone(true);
        }}
      />
    </a>
  );
}

function Chip({ file, gone = false }: { readonly file: Attachment; readonly gone?: boolean }) {
  const words = useDetailWords();
  const format = useFormat();
  const path = useFilePath(file);
  return (
    <a
      href={path}
      download={file.name}
      aria-label={words.download(file.name)}
      className="flex h-12 w-60 max-w-full items-center gap-2.5 rounded-xl border border-line bg-surface px-3 text-left transition-colors hover:border-line-strong"
    >
      {gone ? (
        <ImageOff className="size-5 shrink-0 text-faint" aria-hidden />
      ) : (
        <FileText className="size-5 shrink-0 text-faint" aria-hidden />
      )}
      <span className="flex min-w-0 flex-1 flex-col leading-tight">
        <span className="truncate text-sm">{file.name}</span>
        <span className="truncate text-xs text-faint">
          {gone ? words.imageGone : `${kindOf(file)} · ${format.bytes(file.size)}`}
        </span>
      </span>
      <Download className="size-4 shrink-0 text-faint" aria-hidden />
    </a>
  );
}

/** What a file is in one short word: its ending, or the second half of its type. */
function kindOf({ name, type }: Attachment): string {
  const ending = /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1];
  return (ending ?? type.split('/')[1] ?? type).toUpperCase();
}
