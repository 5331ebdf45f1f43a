/**
 * What a file is, by its bytes. Invariants (the tests name them):
 * C1 A picture is what begins like one; what claims to be one and is none is refused.
 * C2 Everything else must be text: UTF-8 without NUL. What a browser would run (SVG, HTML, scripts) is kept as plain text.
 */
import { FileTypeError } from './errors.ts';
import type { Bytes } from './ports.ts';

/** Media types that are taken, as `GET /v1/me` names them; `text/*` stands for any text. */
export const FILE_TYPES: readonly string[] = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'text/*',
  'application/json',
];

/** Longest beginning that tells a picture. */
const HEAD_BYTES = 12;

/** In Latin-1, where a character is a byte. */
const BEGINNINGS: readonly (readonly [type: string, begins: (head: string) => boolean])[] = [
  ['image/png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', (head) => head.startsWith('\xff\xd8\xff')],
  ['image/gif', (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a')],
  ['image/webp', (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8)],
];
/** Text that is none: it begins in ASCII and holds what only a program reads. */
const BINARY = /^(?:%PDF-|\{\\rtf)/;

const KEPT_AS: ReadonlyMap<string, string> = new Map([
  ['application/json', 'application/json'],
  ['application/x-ndjson', 'application/json'],
  ['text/csv', 'text/csv'],
  ['text/markdown', 'text/markdown'],
  ['text/x-markdown', 'text/markdown'],
  ['application/yaml', 'text/yaml'],
  ['application/x-yaml', 'text/yaml'],
  ['text/yaml', 'text/yaml'],
]);
const BY_ENDING: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['csv', 'text/csv'],
  ['md', 'text/markdown'],
  ['markdown', 'text/markdown'],
  ['yaml', 'text/yaml'],
  ['yml', 'text/yaml'],
]);

/** Bytes that are looked at while they pass. */
export interface CheckedContent {
  /** Reading them throws `FileTypeError` when they are of no kind that is taken. */
  readonly bytes: Bytes;
  /** What they are, once they have been read. */
  type(): string;
}

/** Looks at the bytes; `claimed` is the media type that they came with, which decides between kinds of text only. */
export function checkContent(bytes: Bytes, given: { name: string; claimed: string | undefined }): CheckedContent {
  const claimed = (given.claimed ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  let type = '';
  return {
    bytes: checked(bytes, { ...given, claimed }, (found) => void (type = found)),
    type: () => type,
  };
}

async function* checked(
  bytes: Bytes,
  given: { name: string; claimed: string },
  found: (type: string) => void,
): AsyncGenerator<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  let text: TextCheck | undefined;
  let known = false;
  const decide = (): void => {
    known = true;
    const type = pictureType(head) ?? textType(head, given);
    found(type);
    if (!type.startsWith('image/')) text = new TextCheck();
    text?.take(head);
  };
  for await (const piece of bytes) {
    if (known) text?.take(piece);
    else {
      head = joined(head, piece);
      if (head.length >= HEAD_BYTES) decide();
    }
    yield piece;
  }
  if (!known && head.length > 0) decide();
  text?.end();
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function pictureType(head: Uint8Array): string | undefined {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1');
  return BEGINNINGS.find(([, begins]) => begins(text))?.[0];
}

function textType(head: Uint8Array, { name, claimed }: { name: string; claimed: string }): string {
  if (claimed.startsWith('image/') && claimed !== 'image/svg+xml') {
    throw new FileTypeError(
      `The file says that it is ${claimed}, but it does not begin like a PNG, JPEG, GIF or WebP.`,
    );
  }
  if (BINARY.test(Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1'))) throw notText();
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return KEPT_AS.get(claimed) ?? BY_ENDING.get(ending) ?? 'text/plain';
}

class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });

  take(piece: Uint8Array): void {
    if (piece.includes(0)) throw notText();
    this.#decode(piece);
  }

  end(): void {
    this.#decode();
  }

  #decode(piece?: Uint8Array): void {
    try {
      if (piece === undefined) this.#decoder.decode();
      else this.#decoder.decode(piece, { stream: true });
    } catch {
      throw notText();
    }
  }
}

function notText(): FileTypeError {
  return new FileTypeError(
    'Only text in UTF-8 (plain, Markdown, CSV, JSON, YAML, source) and PNG, JPEG, GIF and WebP are taken.',
  );
}
