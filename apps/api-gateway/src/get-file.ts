import type { Clock } from '@colloquy/contracts';
import { UnknownFileError, type Bytes, type FileOwner, type OpenFile } from '@colloquy/files';
import { ownerOf } from './owner-of.ts';
import type { Answer, GatewayParts, Handler } from './ports.ts';

/** GET /v1/files/:fileId. */
export const getFile: Handler = (parts, call) => {
  const owner = ownerOf(call.identity);
  const who = JSON.stringify(['user', owner.tenantId ?? '', owner.ownerId]);
  return answerWithFile(parts, { who, owner, fileId: call.params['fileId'] ?? '' });
};

/** So often it is asked whether somebody may still have what they are being given, ms. */
const CHECK_MS = 2000;

/** Who asks for what. */
interface AskedFile {
  /** The user or the link. */
  readonly who: string;
  readonly owner: FileOwner;
  readonly fileId: string;
  /** Throws when they may not have it any more; asked now and then while it goes out. */
  readonly check?: () => Promise<unknown>;
}

async function* checked(
  bytes: Bytes,
  { clock, check }: { readonly clock: Clock; readonly check: () => Promise<unknown> },
): AsyncGenerator<Uint8Array> {
  let last = clock.monotonic();
  for await (const piece of bytes) {
    if (clock.monotonic() - last >= CHECK_MS) {
      await check();
      last = clock.monotonic();
    }
    yield piece;
  }
}

/**
 * The bytes of a file, so that no browser runs them: text as plain text to be saved, pictures as what they are.
 * @throws UnknownFileError when this owner has no such file; ProblemError 503 when too many are read at once
 */
export async function answerWithFile(
  { files, downloads, clock }: GatewayParts,
  { who, owner, fileId, check }: AskedFile,
): Promise<Answer> {
  const { found, stream } = await downloads.stream(who, async (signal) => {
    const opened = await files.store.open(owner, fileId, { signal });
    if (opened === undefined) throw new UnknownFileError(fileId);
    return check === undefined ? opened : { ...opened, bytes: checked(opened.bytes, { clock, check }) };
  });
  return { body: stream, headers: headersOf(found) };
}

function headersOf({ file: { type, name, size } }: OpenFile): Record<string, string> {
  const picture = type.startsWith('image/');
  return {
    'content-type': picture ? type : 'text/plain; charset=utf-8',
    'content-length': String(size),
    'content-disposition': `${picture ? 'inline' : 'attachment'}; ${fileNameOf(name)}`,
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    // What an id stands for never changes; but it may go, and then it should be gone soon.
    'cache-control': 'private, max-age=300',
  };
}

/** RFC 6266: for old readers in ASCII, for all others as it is. */
function fileNameOf(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
