'use client';

import { useEffect, useState } from 'react';
import { useSignIn } from '../shell/client-provider.tsx';
import { showToast } from '../shell/toast-store.ts';
import { useWords } from '../i18n/words.ts';
import { Chunk } from '../ui/chunk.ts';
import type { FileLimits } from './file-limits.ts';

const UPLOADS = new Chunk(() => import('./upload-files.ts'));

/** What a field for messages needs to take files. The code that sends them comes with the first of them. */
export interface Attaching {
  /** Undefined: this service takes no files, or it is not known yet. */
  readonly limits: FileLimits | undefined;
  /** True while files are dragged over the page. */
  readonly dragging: boolean;
  /** True once something was added: there may be something to say, though nothing was taken. */
  readonly used: boolean;
  /** Adds files; with `words`, one that is made of these words of the draft: they go out of the text with it. */
  readonly add: (files: readonly File[], words?: string) => void;
}

/** Takes files into the draft of that name, also what is dropped anywhere on the page. */
export function useAttachments(draftKey: string, disabled: boolean): Attaching {
  const t = useWords();
  const { me, client } = useSignIn();
  const limits = disabled ? undefined : me?.attachments;
  const [used, setUsed] = useState(false);
  const [dragging, setDragging] = useState(false);
  const add = (files: readonly File[], words?: string): void => {
    if (files.length === 0 || limits === undefined || client === undefined) return;
    setUsed(true);
    UPLOADS.forget(0);
    UPLOADS.get().then(
      ({ addFiles }) => {
        addFiles(draftKey, files, { api: client.api, limits, words });
      },
      () => {
        showToast(t.missing[UPLOADS.failure ?? 'lost'].line);
      },
    );
  };
  const takes = limits !== undefined;
  useEffect(() => {
    if (!takes) return undefined;
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setDragging(true);
    };
    window.addEventListener('dragenter', over, options);
    window.addEventListener('dragover', over, options);
    window.addEventListener(
      'dragleave',
      (event) => {
        if (event.relatedTarget === null) setDragging(false);
      },
      options,
    );
    return () => {
      abort.abort();
    };
  }, [takes]);
  useEffect(() => {
    if (!takes) return undefined;
    const drop = (event: DragEvent): void => {
      setDragging(false);
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      add(filesOf(event.dataTransfer));
    };
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('drop', drop);
    };
  });
  return { limits, dragging: dragging && takes, used, add };
}

/** What is dropped or pasted, without folders: those have no bytes. */
export function filesOf({ items }: DataTransfer): readonly File[] {
  return [...items].flatMap((item) => {
    if (item.kind !== 'file' || item.webkitGetAsEntry()?.isDirectory === true) return [];
    return item.getAsFile() ?? [];
  });
}
