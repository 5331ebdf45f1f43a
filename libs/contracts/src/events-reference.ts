import type { z } from 'zod';
import { eventSchemas } from './events/chat-event.ts';
import { envelopeShape } from './events/envelope.ts';
import { SchemaBook, type Tree } from './json-schema.ts';
import { privateFieldsOf } from './visibility.ts';

const HEAD = `# Events

Every event of a chat, made from the schemas in \`libs/contracts/src/events\`. All carry \`seq\`, \`at\` and \`type\`; those of a
run carry \`runId\`, those of an agent \`agent\`, those that a command caused \`commandId\`. A reader ignores event types that it
does not know. Private fields never leave the services.
`;

/** The reference of all events, as Markdown. */
export function eventsReference(): string {
  return [HEAD, ...Object.values(eventSchemas).map(sectionOf)].join('\n');
}

function sectionOf(schema: z.ZodObject): string {
  const { title = '', description = '' } = schema.meta() ?? {};
  const hidden = new Set(privateFieldsOf(schema));
  const book = new SchemaBook();
  book.describe(schema);
  const tree = book.definitions()[title] as { properties: Record<string, Tree>; required: string[] };
  const required = new Set(tree.required);
  const fields = Object.entries(schema.shape).filter(([name, field]) => isOwn(name, field));
  const rows = fields.map(([name]) => {
    const property = tree.properties[name] ?? {};
    const notes = [required.has(name) ? '' : 'optional', hidden.has(name) ? 'private' : ''].filter(Boolean).join(', ');
    return `| \`${name}\` | ${typeOf(property)} | ${notes} | ${descriptionOf(property)} |`;
  });
  const table = rows.length > 0 ? ['', '| field | type | | |', '|---|---|---|---|', ...rows] : [];
  return [`## ${title}`, '', description, ...table, ''].join('\n');
}

/** Fields beyond the envelope, and those of it that this type demands. */
function isOwn(name: string, field: unknown): boolean {
  return name !== 'type' && field !== (envelopeShape as Record<string, unknown>)[name];
}

function descriptionOf(property: Tree): string {
  const description = property['description'];
  return typeof description === 'string' && !description.startsWith('Id: ') ? description : '';
}

function typeOf(property: Tree): string {
  const { enum: values, const: constant, type, anyOf, pattern } = property;
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(' ');
  if (constant !== undefined) return `\`${JSON.stringify(constant)}\``;
  if (Array.isArray(anyOf)) return anyOf.map((option) => typeOf(option as Tree)).join(' or ');
  if (typeof pattern === 'string' && pattern.includes('16,64')) return 'id';
  if (type === 'object') return objectOf(property);
  return typeof type === 'string' ? type : 'JSON';
}

function objectOf(property: Tree): string {
  const names = Object.keys((property['properties'] as object | undefined) ?? {});
  return names.length > 0 ? `{ ${names.join(', ')} }` : 'object';
}
