import type { ChatMessage } from './chat-request.ts';

/** A file that came with a message. */
export interface GivenFile {
  /** As the message calls it. */
  readonly name: string;
  /** What can be said of it: the words of a text, the size of a picture. */
  readonly found: string;
}

/** The line before a file, and its text in a fence, if it is one. */
const FILE = /^File ("(?:[^"\\]|\\.)*") \(([^()\s]+), (\d+) bytes\)(?::\n(`{3,})\n([\s\S]*)\n\4)?/;
const NO_FILE = /^\(file ("(?:[^"\\]|\\.)*") \([^()]*\) (.*)\)$/;

/** The files of a message, in order. */
export function readFiles({ content }: Pick<ChatMessage, 'content'>): readonly GivenFile[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part, index): GivenFile[] => {
    const next = content[index + 1];
    return fileIn(part.text ?? '', next?.type === 'image_url' ? urlOf(next) : undefined);
  });
}

/** True of a part that tells of a file and is nothing that the person said. */
export function isFilePart(part: { readonly text?: string | undefined }): boolean {
  return FILE.test(part.text ?? '') || NO_FILE.test(part.text ?? '');
}

function fileIn(text: string, picture: string | undefined): GivenFile[] {
  const missing = NO_FILE.exec(text);
  if (missing) return [{ name: unquoted(missing[1]), found: `it ${missing[2] ?? ''}` }];
  const file = FILE.exec(text);
  if (!file) return [];
  const [, name, type = '', , , words] = file;
  if (picture !== undefined)
    return [{ name: unquoted(name), found: `a picture (${type}) of ${bytesOf(picture)} bytes` }];
  if (words === undefined) return [{ name: unquoted(name), found: `nothing that I can see (${type})` }];
  const count = words.split(/\s+/).filter((word) => word !== '').length;
  return [{ name: unquoted(name), found: `a text (${type}) of ${String(count)} ${count === 1 ? 'word' : 'words'}` }];
}

function unquoted(text = '""'): string {
  return String(JSON.parse(text));
}

function urlOf(part: Readonly<Record<string, unknown>>): string {
  const { image_url: image } = part;
  const url = typeof image === 'object' && image !== null && 'url' in image ? image.url : undefined;
  return typeof url === 'string' ? url : '';
}

/** How many bytes a data URL holds. */
function bytesOf(url: string): string {
  return String(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64').length);
}
