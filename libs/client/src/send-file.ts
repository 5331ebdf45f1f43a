/**
 * Files over HTTP, up and down. It is loaded when the first file is sent or fetched.
 *
 * In a browser bytes go up by XMLHttpRequest: `fetch` does not tell how many are on their way. Elsewhere `fetch` sends
 * them, and progress is told at the beginning and at the end.
 */
import { UnreachableError } from './client-error.ts';
import { headersOf, urlOf, type Answer, type HttpCall, type HttpSettings } from './http-call.ts';

/** How long an upload may stand still, and one without signs of progress take, in milliseconds. */
const STALL_MS = 60_000;
const WHOLE_MS = 600_000;

/** What is uploaded. */
export interface FileToSend {
  readonly file: Blob;
  readonly onProgress: ((sent: number, total: number) => void) | undefined;
}

/** Sends the file as the body of the call. @throws UnreachableError, or the reason of the call's signal */
export function sendFile({ file, onProgress }: FileToSend): NonNullable<HttpCall['send']> {
  const tell = (sent: number): void => onProgress?.(sent, file.size);
  return async (settings, call) => {
    call.signal?.throwIfAborted();
    tell(0);
    const send = typeof XMLHttpRequest === 'undefined' ? byFetch : byXhr;
    const answer = await send({ settings, call, file, tell });
    if (answer.status < 400) tell(file.size);
    return answer;
  };
}

/** Fetches bytes; a refusal is given as it is. @throws UnreachableError, or the reason of the call's signal */
export async function fetchFile(settings: HttpSettings, call: HttpCall): Promise<Blob | Answer> {
  const ending = new Ending(settings, call);
  try {
    const response = await request(settings, call, { signal: ending.signal });
    if (response.ok) return await response.blob();
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw ending.reasonOf(error);
  } finally {
    ending.over();
  }
}

interface Sending {
  readonly settings: HttpSettings;
  readonly call: HttpCall;
  readonly file: Blob;
  readonly tell: (sent: number) => void;
}

async function byFetch({ settings, call, file }: Sending): Promise<Answer> {
  const ending = new Ending(settings, call);
  try {
    const response = await request(settings, call, { signal: ending.signal, body: file });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw ending.reasonOf(error);
  } finally {
    ending.over();
  }
}

function request(settings: HttpSettings, call: HttpCall, more: RequestInit): Promise<Response> {
  return settings.fetch(urlOf(settings.baseUrl, call), {
    method: call.method,
    headers: headersFor(settings, call, more.body),
    credentials: 'include',
    ...more,
  });
}

function headersFor({ tokens }: HttpSettings, call: HttpCall, body: unknown): Record<string, string> {
  const headers = headersOf(call, tokens.token());
  // Without a type the browser would take the file's own, or none: the service would rather be told so.
  return body instanceof Blob ? { ...headers, 'content-type': body.type || 'application/octet-stream' } : headers;
}

/** Ends a fetch that takes too long or is not wanted any more. */
class Ending {
  readonly #controller = new AbortController();
  readonly #call: HttpCall;
  readonly #over: () => void;
  #late = false;

  constructor({ clock }: HttpSettings, call: HttpCall) {
    this.#call = call;
    const abort = (): void => {
      this.#controller.abort();
    };
    const timer = clock.setTimeout(() => {
      this.#late = true;
      abort();
    }, WHOLE_MS);
    call.signal?.addEventListener('abort', abort, { once: true });
    this.#over = () => {
      clock.clearTimeout(timer);
      call.signal?.removeEventListener('abort', abort);
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  reasonOf(error: unknown): unknown {
    if (this.#call.signal?.aborted === true) return this.#call.signal.reason;
    return new UnreachableError(this.#late ? 'timeout' : 'unreachable', { cause: error });
  }

  over(): void {
    this.#over();
  }
}

function byXhr({ settings, call, file, tell }: Sending): Promise<Answer> {
  const { clock, baseUrl } = settings;
  const { signal } = call;
  return new Promise<Answer>((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    let timer = clock.setTimeout(giveUp, STALL_MS);
    const onAbort = (): void => {
      xhr.abort();
      end(() => reject(signal?.reason as Error));
    };
    function giveUp(): void {
      xhr.abort();
      end(() => reject(new UnreachableError('timeout')));
    }
    function end(how: () => void): void {
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      how();
    }
    xhr.upload.onprogress = ({ loaded }) => {
      clock.clearTimeout(timer);
      timer = clock.setTimeout(giveUp, STALL_MS);
      tell(Math.min(loaded, file.size));
    };
    xhr.onload = () => end(() => resolve(answerOf(xhr)));
    xhr.onerror = () => end(() => reject(new UnreachableError('unreachable')));
    signal?.addEventListener('abort', onAbort, { once: true });
    xhr.open(call.method, urlOf(baseUrl, call));
    xhr.withCredentials = true;
    for (const [name, value] of Object.entries(headersFor(settings, call, file))) xhr.setRequestHeader(name, value);
    xhr.send(file);
  });
}

function answerOf(xhr: XMLHttpRequest): Answer {
  return {
    status: xhr.status,
    headers: { get: (name) => xhr.getResponseHeader(name) },
    text: xhr.responseText,
  };
}
