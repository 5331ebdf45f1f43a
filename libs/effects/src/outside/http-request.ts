/**
 * One HTTP request of a tool.
 *
 * Invariants (tests name them):
 * H1  It reaches no private address, however a name resolves, unless the workflow names the host.
 * H2  It follows redirects on the same host only, so what is in its headers goes nowhere else.
 * H3  It reads no more than a limit, and ends with its signal.
 */
import { ToolError } from '@colloquy/workflows';
import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPrivateAddress } from './private-address.ts';

/** Most bytes of an answer that are read. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_REDIRECTS = 3;

/** What is asked. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
  /** Hosts, or host:port, that may have a private address. */
  readonly allowHosts: readonly string[];
}

/** What came. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** True when there was more than {@link MAX_ANSWER_BYTES}. */
  readonly cut: boolean;
}

/** An address that must not be reached. */
class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/**
 * Sends it and reads the answer, whatever its status.
 * @throws ToolError when there is none; the signal's reason
 */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  let { url, method, body } = request;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await reach({ ...request, url, method, body });
    const to = redirectOf(response, url);
    if (to === undefined) return readWhole(response, { ...request, url });
    response.destroy();
    if (to.host !== url.host || to.protocol !== url.protocol)
      throw new ToolError(`${url.host} sends the call on to another host (${to.host}); that is not followed.`);
    url = to;
    if (response.statusCode !== 307 && response.statusCode !== 308 && method !== 'GET')
      [method, body] = ['GET', undefined];
  }
  throw new ToolError(`${request.url.host} sends the call on and on.`);
}

async function reach(request: HttpRequest): Promise<IncomingMessage> {
  try {
    return await connect(request);
  } catch (error) {
    request.signal.throwIfAborted();
    const { host, hostname } = request.url;
    if (error instanceof PrivateAddressError)
      throw new ToolError(`${hostname} is a private address: the workflow does not name it under "allow_hosts".`);
    throw new ToolError(`${host} cannot be reached${codeOf(error)}.`);
  }
}

async function readWhole(response: IncomingMessage, { url, signal }: HttpRequest): Promise<HttpAnswer> {
  try {
    return await read(response);
  } catch (error) {
    signal.throwIfAborted();
    const effect = 'the call may have taken effect or not';
    throw new ToolError(`The answer of ${url.host} broke off${codeOf(error)}; ${effect}.`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';

function connect({ url, method, headers, body, signal, allowHosts }: HttpRequest): Promise<IncomingMessage> {
  const allowed = allowHosts.some((host) => [url.host, url.hostname].includes(host.toLowerCase()));
  const address = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowed && isIP(address) !== 0 && isPrivateAddress(address)) throw new PrivateAddressError(address);
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
    signal,
    // A connection that was allowed for one workflow must not be lent to another.
    agent: false,
    ...(allowed ? {} : { lookup: publicLookup }),
  };
  return new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    sent.on('error', reject).end(body);
  });
}

/** Resolves a name, and refuses it when any of its addresses is private: the socket takes one of just these. */
const publicLookup: NonNullable<RequestOptions['lookup']> = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, []);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address)))
      return done(new PrivateAddressError(hostname), []);
    if (options.all === true) return done(null, addresses);
    done(null, first.address, first.family);
  });
};

function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

async function read(response: IncomingMessage): Promise<HttpAnswer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response) {
    const bytes = Buffer.from(piece as Uint8Array);
    pieces.push(bytes);
    size += bytes.length;
    if (size > MAX_ANSWER_BYTES) break; // leaving the loop ends the response
  }
  const text = new TextDecoder().decode(Buffer.concat(pieces).subarray(0, MAX_ANSWER_BYTES));
  const { statusCode = 0, headers } = response;
  return { status: statusCode, contentType: headers['content-type'] ?? '', text, cut: size > MAX_ANSWER_BYTES };
}
