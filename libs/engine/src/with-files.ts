import type { Attachment } from '@colloquy/contracts';

/** Something that files may have come with. */
export interface WithFiles {
  readonly attachments?: readonly Attachment[] | undefined;
}

/** Files that came with something, if any: a field that is there only when there are some. */
export function withFiles({ attachments }: WithFiles): WithFiles {
  return attachments === undefined || attachments.length === 0 ? {} : { attachments };
}

/** How a file is named where its bytes are not told: on one line. */
export function fileNote({ name, type, size }: Attachment): string {
  return `[file ${JSON.stringify(name)}, ${type}, ${String(size)} bytes]`;
}
