'use client';

import type { Attachment } from '@colloquy/contracts';
import { createContext, use } from 'react';

/** Types that a browser draws and that can run nothing; an SVG is a page of its own. */
const IMAGES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** Where the files of this transcript are had from; who reads a shared chat has them by its link. */
export const FilesPathContext = createContext('/v1/files');

/** Where a file is had from. */
export function useFilePath({ fileId }: Attachment): string {
  return `${use(FilesPathContext)}/${encodeURIComponent(fileId)}`;
}

/** True of a file that is shown as a picture. */
export function isImage({ type }: Attachment): boolean {
  return IMAGES.has(type);
}

/** The height that the files of a message will take, in px, known before their code has come. */
export function filesHeight(files: readonly Attachment[]): number {
  return files.some(isImage) ? 128 : 48;
}
