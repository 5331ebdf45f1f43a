/**
 * `fetch` for MCP servers that are an address.
 *
 * Invariants (tests name them):
 * F1  No message of a server is longer in memory than a limit, however it is sent.
 * F2  A stream that ends without the answer it was opened for ends the call that waits for it, at once, unless the
 *     server has said that the stream can be taken up again.
 */
import { ToolError } from '@colloquy/workflows';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

/** Most bytes of one message; the same as what the SDK reads of a process. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;
const TOO_LARGE = 'The answer is larger than 10 MiB.';

/** The shape of `fetch` that the SDK asks for. */
type Fetch = (to: string | URL, init?: RequestInit) => Promise<Response>;

type RequestId = string | number;

/**
 * Makes one.
 * @param onBroken - is told when a stream broke off, other than by ending
 */
export function mcpFetch(onBroken: (error: Error) => void): Fetch {
  return async (to, init) => {
    // The headers hold secrets: they go where the workflow says and nowhere else.
    const response = await fetch(to, { ...init, redirect: 'error' });
    const { body, status, statusText, headers } = response;
    if (body === null) return response;
    const events = /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
    const guarded = events ? guardEvents(body, { id: requestIdOf(init), onBroken }) : guardBody(body);
    return new Response(guarded, { status, statusText, headers });
  };
}

const requestSchema = z.object({ method: z.string(), id: z.union([z.string(), z.number()]) });

function requestIdOf(init: RequestInit | undefined): RequestId | undefined {
  if (init?.method !== 'POST' || typeof init.body !== 'string') return undefined;
  return requestSchema.safeParse(JSON.parse(init.body)).data?.id;
}

function guardBody(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let size = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        size += piece.byteLength;
        if (size > MAX_MESSAGE_BYTES) throw new ToolError(TOO_LARGE);
        controller.enqueue(piece);
      },
    }),
  );
}

/**
 * Hands the events on; what has to be said of their end goes in as a last event, so that it cannot overtake what came
 * before. When the answer did come, the SDK passes over a second one.
 */
function guardEvents(
  body: ReadableStream<Uint8Array>,
  { id, onBroken }: { id: RequestId | undefined; onBroken: (error: Error) => void },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const seen = new EventScan();
  const end = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const last = id === undefined ? undefined : lastWord(id, seen);
    // What is unfinished before it is ended by the empty lines.
    if (last !== undefined)
      controller.enqueue(new TextEncoder().encode(`\n\nevent: message\ndata: ${JSON.stringify(last)}\n\n`));
    controller.close();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) seen.take(value);
        if (!done && !seen.tooLarge) {
          controller.enqueue(value);
          return;
        }
        if (!done) void reader.cancel().catch(() => undefined);
        end(controller);
      } catch (error) {
        onBroken(error instanceof Error ? error : new Error(String(error)));
        end(controller);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function lastWord(id: RequestId, { tooLarge, resumable }: EventScan): object | undefined {
  // A result and no error: after an error the SDK would take the stream up again, and read it all once more.
  if (tooLarge) return { jsonrpc: '2.0', id, result: { isError: true, content: [{ type: 'text', text: TOO_LARGE }] } };
  if (resumable) return undefined;
  return { jsonrpc: '2.0', id, error: { code: ErrorCode.ConnectionClosed, message: 'The stream ended.' } };
}

/** What must be known of a stream of events without reading them. */
class EventScan {
  /** Did an event have an id? Then the stream can be taken up again after it. */
  resumable = false;
  #size = 0;
  #tail = '\n';

  get tooLarge(): boolean {
    return this.#size > MAX_MESSAGE_BYTES;
  }

  take(piece: Uint8Array): void {
    const text = this.#tail + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    if (/[\r\n]id: ?[^\r\n ]/.test(text)) this.resumable = true;
    const gap = Math.max(...['\n\n', '\r\r', '\r\n\r\n'].map((empty) => text.lastIndexOf(empty)));
    this.#size = gap < 0 ? this.#size + piece.byteLength : text.length - gap;
    this.#tail = text.slice(-5);
  }
}
