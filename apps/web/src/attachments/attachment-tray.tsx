'use client';

import type { Client } from '@colloquy/client';
import { CircleAlert, FileText, X } from 'lucide-react';
import { clsx } from 'clsx';
import { useEffect, useRef } from 'react';
import { isUploading, type DraftFile } from '../chat/draft-store.ts';
import { useWholeDraft } from '../chat/use-draft.ts';
import { announce } from '../shell/announcer.tsx';
import { useFormat } from '../ui/format.ts';
import { isImage, type FileLimits } from './file-limits.ts';
import { canRetry, forgetRefused, removeFile, retryFile, useRefusedFiles } from './upload-files.ts';
import { useLimitsText, useLimitWords } from './use-limits-text.ts';
import { useFileWords } from './words.ts';

interface TrayProps {
  readonly draftKey: string;
  readonly api: Client['api'];
  readonly limits: FileLimits;
  /** Where the focus goes when the file that had it is gone. */
  readonly onGone: () => void;
}

/** The files of a draft: how far they are up, and what can be done with each. */
export function AttachmentTray(props: TrayProps) {
  const w = useFileWords();
  const limits = useLimitsText(props.limits);
  const { files } = useWholeDraft(props.draftKey);
  useSaid(files);
  return (
    <>
      <Refused draftKey={props.draftKey} limits={props.limits} />
      {files.length === 0 ? null : (
        <ul aria-label={w.files} className="thin-scroll flex max-h-36 flex-wrap gap-2 overflow-y-auto px-1.5 pt-1 pb-2">
          {files.map((file) => (
            <li key={file.id} className="max-w-full">
              <FileChip file={file} {...props} />
            </li>
          ))}
          <li className="self-end text-xs text-faint">{limits}</li>
        </ul>
      )}
    </>
  );
}

/** Says what is up now: a bar that has gone says nothing to who cannot see it. */
function useSaid(files: readonly DraftFile[]): void {
  const w = useFileWords();
  const before = useRef(files);
  useEffect(() => {
    const open = new Set(before.current.filter(isUploading).map(({ id }) => id));
    before.current = files;
    const up = files.find(({ id, attachment }) => attachment !== undefined && open.has(id));
    if (up !== undefined) announce(w.uploaded(up.name));
  }, [files, w]);
}

function FileChip({ file, draftKey, api, onGone }: TrayProps & { readonly file: DraftFile }) {
  const w = useFileWords();
  const uploading = isUploading(file);
  return (
    <div
      data-file={stateOf(file)}
      className={clsx(
        'relative flex h-12 max-w-full items-center gap-2 overflow-hidden rounded-lg border bg-background pr-1 pl-1.5 text-sm',
        file.error === undefined ? 'border-line' : 'border-bad',
      )}
    >
      <Face file={file} src={file.preview ?? pictureOf(file, api)} />
      <span className="flex min-w-0 flex-col">
        <span className="max-w-44 truncate font-medium">{file.name}</span>
        <Progress file={file} />
      </span>
      {file.error !== undefined && canRetry(file.id) ? (
        <button
          type="button"
          className="min-h-11 shrink-0 rounded-md px-2 text-sm font-medium text-accent-ink hover:bg-hover md:min-h-8"
          onClick={() => {
            retryFile(draftKey, file.id);
          }}
        >
          {w.retry}
        </button>
      ) : null}
      <button
        type="button"
        aria-label={uploading ? w.cancel(file.name) : w.remove(file.name)}
        title={uploading ? w.cancel(file.name) : w.remove(file.name)}
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-foreground md:size-8"
        onClick={() => {
          removeFile(draftKey, file.id, api);
          announce(w.removed(file.name));
          onGone();
        }}
      >
        <X className="size-4" aria-hidden />
      </button>
      {uploading ? (
        <span
          aria-hidden
          className="absolute inset-x-0 bottom-0 h-0.5 origin-left bg-accent-fill"
          style={{ transform: `scaleX(${String(partOf(file))})` }}
        />
      ) : null}
    </div>
  );
}

function stateOf(file: DraftFile): string {
  if (file.error !== undefined) return 'failed';
  return isUploading(file) ? 'uploading' : 'ready';
}

function pictureOf({ attachment }: DraftFile, api: Client['api']): string | undefined {
  return attachment !== undefined && isImage(attachment.type) ? api.fileUrl(attachment.fileId) : undefined;
}

function Face({ file, src }: { readonly file: DraftFile; readonly src: string | undefined }) {
  const box = 'size-9 shrink-0 rounded-md';
  if (file.error !== undefined) return <CircleAlert aria-hidden className={`${box} p-2 text-bad`} />;
  if (src === undefined) return <FileText aria-hidden className={`${box} bg-hover p-2 text-soft`} />;
  return <img src={src} alt={file.name} className={`${box} bg-hover object-cover`} />;
}

function Progress({ file }: { readonly file: DraftFile }) {
  const w = useFileWords();
  const format = useFormat();
  if (file.error !== undefined) {
    return (
      <span role="alert" className="max-w-60 truncate text-xs text-bad" title={file.error}>
        {file.error !== '' ? file.error : canRetry(file.id) ? w.failed : w.lost}
      </span>
    );
  }
  if (!isUploading(file)) return <span className="text-xs text-faint">{format.bytes(file.size)}</span>;
  return (
    <span
      role="progressbar"
      aria-label={w.uploading(file.name)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(partOf(file) * 100)}
      className="text-xs text-faint tabular-nums"
    >
      {format.percent(partOf(file))}
    </span>
  );
}

function partOf({ loaded, size }: DraftFile): number {
  return size === 0 ? 0 : Math.min(1, loaded / size);
}

function Refused({ draftKey, limits }: Pick<TrayProps, 'draftKey' | 'limits'>) {
  const w = useFileWords();
  const words = useLimitWords(limits);
  const refused = useRefusedFiles((all) => all[draftKey]) ?? [];
  if (refused.length === 0) return null;
  return (
    <div role="alert" className="mx-1.5 mb-2 flex items-start gap-2 rounded-lg bg-bad-wash px-3 py-2 text-sm text-bad">
      <ul className="min-w-0 flex-1 wrap-anywhere">
        {refused.slice(0, 3).map(({ name, refusal }) => (
          <li key={name}>{w.refused[refusal](name, words)}</li>
        ))}
        {refused.length > 3 ? <li>+{refused.length - 3}</li> : null}
      </ul>
      <button
        type="button"
        aria-label={w.dismiss}
        title={w.dismiss}
        className="-my-1 inline-flex size-11 shrink-0 items-center justify-center rounded-md hover:bg-hover md:size-7"
        onClick={() => {
          forgetRefused(draftKey);
        }}
      >
        <X className="size-4" aria-hidden />
      </button>
    </div>
  );
}
