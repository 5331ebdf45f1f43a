/** Tools from outside, as they are written: MCP servers, and tools that are one HTTP call. */
import { jsonSchema } from '@colloquy/contracts';
import { z } from 'zod';
import { duration, line, name } from './scalars.ts';

/** Only these variables of the environment may a workflow give to tools: it must not read the service's own secrets. */
export const TOOL_ENV_PATTERN = /^TOOL_[A-Z0-9_]+$/;

const ENV_RULE = 'must name a variable of the environment that begins with TOOL_, for example TOOL_GITHUB_TOKEN';

/** How an agent names its tools: one of them, or all of an MCP server. */
export const toolRefYaml = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$|^[A-Za-z0-9_-]{1,62}_\*$/, 'must be the name of a tool, or <server>_* for all of one')
  .meta({ description: 'The name of a tool; of an MCP server: <server>_<tool>, or <server>_* for all that it offers' });

/** `${NAME}` in a header or a query. */
export const ENV_REFERENCE = /\$\{([^}]*)\}/g;

const withEnv = z
  .string()
  .refine(
    (text) => [...text.matchAll(ENV_REFERENCE)].every(([, env]) => TOOL_ENV_PATTERN.test(env ?? '')),
    `each \${…} ${ENV_RULE}`,
  );

/** What a call sends as it is written: what looks like a secret's name would go out by that name. */
const hasEnv = (value: unknown): boolean => JSON.stringify(value ?? null).includes('${TOOL_');
const noEnvIn = (where: string) => `\${TOOL_…} is filled in only in ${where}: here it would be sent as it is written`;
const NO_ENV = noEnvIn('headers and query');
const headers = z
  .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header'), withEnv)
  .default({})
  .meta({ description: 'Header to value; ${TOOL_NAME} is a variable of the environment' });

const ofServer = {
  tools: z.array(line).min(1).optional().meta({ description: 'Names, as the server has them; default: all' }),
  approval: z.enum(['none', 'required']).optional().meta({
    description: 'For all its tools; default: required for those that say they are destructive',
  }),
  timeout: duration.default('60s').meta({ description: 'Of one call' }),
  connect_timeout: duration.default('10s').meta({ description: 'To connect and to list the tools' }),
  optional: z.boolean().default(false).meta({
    description: 'true: while it cannot be reached the workflow goes on without its tools; else it cannot be started',
  }),
};

/** A server that speaks the Model Context Protocol: a process (command) or an address (url). */
const mcpServerYaml = z.union([
  z.strictObject({
    command: line.meta({ description: 'A program; it runs in the folder of the workflow and speaks over stdio' }),
    args: z.array(z.string().refine((text) => !hasEnv(text), noEnvIn('env'))).default([]),
    env: z
      .record(line, z.string().regex(TOOL_ENV_PATTERN, ENV_RULE))
      .default({})
      .meta({ description: 'Its variable to a variable of the environment, by name: TOKEN: TOOL_GITHUB_TOKEN' }),
    ...ofServer,
  }),
  z.strictObject({
    url: z
      .string()
      .regex(/^https?:\/\/[^/?#\s{}@]+([/?]\S*)?$/, 'must be an http or https address')
      .refine((text) => !hasEnv(text), noEnvIn('headers'))
      .meta({ description: 'Streamable HTTP' }),
    headers,
    ...ofServer,
  }),
]);
/** An MCP server as it is written. */
export type McpServerYaml = z.output<typeof mcpServerYaml>;

/** A tool that is one HTTP call. `{name}` is an argument. */
const httpToolYaml = z.strictObject({
  description: line.meta({ description: 'Tells the model what it does and when to use it' }),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  url: z
    .string()
    .regex(/^https?:\/\/[^/?#\s{}@]+([/?]\S*)?$/, 'must be an http or https address whose host has no {argument}')
    .refine((text) => !hasEnv(text), NO_ENV)
    .meta({ description: '{name} in the path is an argument, encoded' }),
  headers,
  query: z
    .record(z.string(), withEnv)
    .optional()
    .meta({ description: 'Parameter to value; default with GET and DELETE: every argument that the url does not use' }),
  body: jsonSchema
    .optional()
    .refine((body) => !hasEnv(body), NO_ENV)
    .meta({
      description:
        'Sent as JSON; "{name}" alone is the argument as it is; default: every argument that is not used yet',
    }),
  input: z.record(z.string(), jsonSchema).default({}).meta({
    description:
      'Arguments: name to string, number, integer or boolean (with ? when it may be left out) or to a JSON Schema; or one JSON Schema with type: object',
  }),
  idempotent: z.boolean().optional().meta({
    description: 'Running it twice does no more than running it once; default: true for GET, PUT and DELETE',
  }),
  result: line.optional().meta({ description: 'Path into a JSON answer: data.items.0.name; default: all of it' }),
});
/** A tool that is one HTTP call, as it is written. */
export type HttpToolYaml = z.output<typeof httpToolYaml>;

/** Does running it twice no more than running it once? By HTTP's own rules where the workflow does not say. */
export function isIdempotent({ idempotent, method }: HttpToolYaml): boolean {
  return idempotent ?? ['GET', 'PUT', 'DELETE'].includes(method);
}

/** What a workflow.yaml may have at its top for tools from outside. */
export const outsideToolsYaml = {
  mcp: z.record(name, mcpServerYaml).default({}).meta({
    description: 'MCP servers by name; their tools are called <server>_<tool>',
  }),
  http: z.record(name, httpToolYaml).default({}).meta({ description: 'Tools that are an HTTP call, by name' }),
  allow_hosts: z
    .array(z.string().regex(/^[^\s/@]+$/, 'must be a host, or host:port'))
    .default([])
    .meta({ description: 'Hosts that http may call although their address is private: host or host:port' }),
};
/** Tools from outside, as they are written. */
export type OutsideToolsYaml = { readonly mcp: Readonly<Record<string, McpServerYaml>> } & {
  readonly http: Readonly<Record<string, HttpToolYaml>>;
  readonly allow_hosts: readonly string[];
};
