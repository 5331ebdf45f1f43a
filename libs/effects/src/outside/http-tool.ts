import { jsonSchema, type Json } from '@colloquy/contracts';
import {
  createTool,
  fillIn,
  httpToolInput,
  isIdempotent,
  InvalidArgumentsError,
  namedIn,
  ToolError,
  type HttpToolYaml,
  type Tool,
} from '@colloquy/workflows';
import { z } from 'zod';
import { sendRequest, type HttpAnswer } from './http-request.ts';
import { recordWithToolEnv, type ToolEnv } from './read-tool-env.ts';

const TIMEOUT_MS = 30_000;
/** Longest beginning of an answer that a model reads of a call that failed. */
const ERROR_LENGTH = 500;

/** What a tool that is an HTTP call is made of. */
export interface HttpToolParts {
  readonly name: string;
  readonly settings: HttpToolYaml;
  readonly env: ToolEnv;
  readonly allowHosts: readonly string[];
}

type Args = Readonly<Record<string, Json>>;

/** A tool that is one HTTP call. @throws MissingEnvError */
export function httpTool({ name, settings, env, allowHosts }: HttpToolParts): Tool {
  const { method } = settings;
  const input = httpToolInput(settings.input);
  const headers = recordWithToolEnv(env, settings.headers);
  const query = settings.query === undefined ? undefined : recordWithToolEnv(env, settings.query);
  return createTool({
    name,
    description: settings.description,
    source: { kind: 'http' },
    idempotent: isIdempotent(settings),
    timeoutMs: TIMEOUT_MS,
    inputSchema: () => input.schema,
    async invoke(given, ctx) {
      const parsed = input.check.safeParse(given);
      if (!parsed.success) throw new InvalidArgumentsError(parsed.error.issues.map(explain).join('; '));
      const args = z.record(z.string(), jsonSchema).parse(parsed.data);
      const { url, used } = urlOf(settings, query, args);
      const body = bodyOf(settings, args, used);
      const answer = await sendRequest({
        method,
        url,
        headers: {
          accept: 'application/json, text/*;q=0.9, */*;q=0.1',
          'user-agent': 'colloquy',
          ...(method === 'GET' ? {} : { 'idempotency-key': ctx.idempotencyKey }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body,
        signal: ctx.signal,
        allowHosts,
      });
      return valueOf(answer, settings, url);
    },
  });
}

const explain = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;

function asText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The address with the arguments in it. @throws InvalidArgumentsError when it would be that of something else */
function filledUrl(template: string, args: Args): string {
  const [pathOf = ''] = template.split(/[?#]/);
  // Without it the call would be one on another thing: on all items instead of one.
  const empty = namedIn(pathOf).find((name) => asText(args[name]).trim() === '');
  if (empty !== undefined) throw new InvalidArgumentsError(`${empty}: an argument of the path may not be empty`);
  const filled = fillIn(template, (name) => encodeURIComponent(asText(args[name])));
  // A segment of dots would climb out of the path that the workflow wrote.
  const [path = ''] = filled.split(/[?#]/);
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment)))
    throw new InvalidArgumentsError('an argument of the path may not be "." or ".."');
  return filled;
}

function urlOf(
  { method, url: template }: HttpToolYaml,
  query: Readonly<Record<string, string>> | undefined,
  args: Args,
): { url: URL; used: ReadonlySet<string> } {
  const filled = filledUrl(template, args);
  const url = new URL(filled);
  const inPath = new Set(namedIn(template));
  if (query === undefined) {
    const rest = method === 'GET' || method === 'DELETE' ? Object.entries(args) : [];
    for (const [key, value] of rest) if (!inPath.has(key)) url.searchParams.append(key, asText(value));
    return { url, used: inPath };
  }
  for (const [key, text] of Object.entries(query)) {
    if (!isLeftOut(text, args))
      url.searchParams.append(
        key,
        fillIn(text, (name) => asText(args[name])),
      );
  }
  return { url, used: new Set([...inPath, ...Object.values(query).flatMap(namedIn)]) };
}

/** True when it is made of arguments, and none of them was given. */
function isLeftOut(text: string, args: Args): boolean {
  const names = namedIn(text);
  return names.length > 0 && names.every((name) => args[name] === undefined);
}

function bodyOf({ method, body }: HttpToolYaml, args: Args, used: ReadonlySet<string>): string | undefined {
  if (body !== undefined) return JSON.stringify(filledIn(body, args) ?? null);
  if (method === 'GET' || method === 'DELETE') return undefined;
  return JSON.stringify(Object.fromEntries(Object.entries(args).filter(([key]) => !used.has(key))));
}

/** The body with its arguments; undefined where an argument that was left out stands alone. */
function filledIn(body: Json, args: Args): Json | undefined {
  if (typeof body === 'string') {
    const [only] = namedIn(body);
    return only !== undefined && body === `{${only}}` ? args[only] : fillIn(body, (name) => asText(args[name]));
  }
  if (Array.isArray(body)) return body.flatMap((item) => filledIn(item, args) ?? []);
  if (typeof body !== 'object' || body === null) return body;
  const entries = Object.entries(body).flatMap(([key, value]) => {
    const filled = filledIn(value, args);
    return filled === undefined ? [] : [[key, filled] as const];
  });
  return Object.fromEntries(entries);
}

function valueOf(answer: HttpAnswer, { method, result }: HttpToolYaml, { host }: URL): Json {
  const { status, text, contentType, cut } = answer;
  if (status < 200 || status > 299) {
    const said = text.length > ERROR_LENGTH ? `${text.slice(0, ERROR_LENGTH)} […]` : text;
    throw new ToolError(`${method} ${host} answered ${String(status)}: ${said.trim() === '' ? 'nothing' : said}`);
  }
  const json = /[/+]json\b/.test(contentType);
  if (cut && (json || result !== undefined)) throw new ToolError(`The answer of ${host} is larger than 1 MiB.`);
  if (!json && result === undefined) return text;
  return pick(parsed(text, host), result, host);
}

function parsed(text: string, host: string): Json {
  if (text.trim() === '') return null;
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch {
    throw new ToolError(`The answer of ${host} is not JSON.`);
  }
}

function pick(value: Json, path: string | undefined, host: string): Json {
  let found: Json | undefined = value;
  for (const key of path === undefined ? [] : path.split('.')) {
    const inside: Json | undefined = typeof found === 'object' ? found : undefined;
    found = inside !== undefined && inside !== null && Object.hasOwn(inside, key) ? entryOf(inside, key) : undefined;
    if (found === undefined) throw new ToolError(`The answer of ${host} has no ${String(path)}.`);
  }
  return found ?? null;
}

const entryOf = (inside: Json[] | { [key: string]: Json }, key: string): Json | undefined =>
  Array.isArray(inside) ? inside[Number(key)] : inside[key];
