/** What may be attached: said before anybody tries, and checked before anything is sent. */
import type { Me } from '@colloquy/contracts';

/** What files a message may bring. */
export type FileLimits = NonNullable<Me['attachments']>;

/** Why a file is not taken. */
export type Refusal = 'type' | 'size' | 'empty' | 'count';

/** What is known of a file before it is read. */
export interface FileFacts {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

/**
 * Media types that are no text for sure. The service looks at the bytes; a browser only guesses by the ending, and takes
 * TypeScript for a film, so what it says of text files is not believed.
 */
const NO_TEXT =
  /^(?:image|audio|video|font|model)\/|^application\/(?:pdf|zip|gzip|x-7z-compressed|x-tar|x-rar|vnd\.|msword|rtf|octet-stream|x-msdownload|wasm|epub)/;
const CODE_ENDING = /\.(?:ts|mts|cts|tsx|svg)$/i;

/** Endings of text files whose media type a browser does not know: pickers would hide them. */
const TEXT_ENDINGS =
  '.md,.csv,.json,.jsonl,.yaml,.yml,.toml,.ini,.log,.xml,.html,.css,.sql,.sh,.py,.rb,.go,.rs,.java,.c,.h,.cpp,.js,.ts,.tsx';

/** Why this file is not taken; undefined when it is, as far as one can tell without its bytes. */
export function refusalOf(file: FileFacts, limits: FileLimits, already: number): Refusal | undefined {
  if (already >= limits.maxPerMessage) return 'count';
  if (!isTaken(file, limits.types)) return 'type';
  if (file.size === 0) return 'empty';
  return file.size > limits.maxBytes ? 'size' : undefined;
}

function isTaken({ name, type }: FileFacts, types: readonly string[]): boolean {
  if (types.includes(type)) return true;
  if (!types.includes('text/*')) return false;
  return !NO_TEXT.test(type) || CODE_ENDING.test(name);
}

/** What a file picker should offer. */
export function acceptOf({ types }: FileLimits): string {
  return [...types, ...(types.includes('text/*') ? [TEXT_ENDINGS] : [])].join(',');
}

/** The kinds of files as people call them: PNG, JPEG; text is the caller's word. */
export function kindsOf({ types }: FileLimits, text: string): readonly string[] {
  return types.map((type) => (type === 'text/*' ? text : (type.split('/')[1] ?? type).toUpperCase()));
}

/** Whether a picture of it can be shown. */
export function isImage(type: string): boolean {
  return /^image\/(?:png|jpeg|gif|webp)$/.test(type);
}
