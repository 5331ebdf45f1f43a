/** From the JSON Schema of an answer to the fields of a form, and back to a value. Only what forms need is understood. */
import type { Json } from '@colloquy/contracts';
import type { Question } from '@colloquy/transcript';
import { t } from '../strings.ts';

/** One field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly required: boolean;
  readonly kind: 'text' | 'number' | 'yes_no' | 'choice';
  readonly options: readonly Json[];
}

/** The values that an answer can have, when the schema lists them. */
export function optionsOf(schema: Json | undefined): readonly Json[] {
  const listed = partOf(schema, 'enum');
  return Array.isArray(listed) ? listed : [];
}

/** The fields of a question: one text, or one for each property of its schema. */
export function fieldsOf(question: Question): readonly Field[] {
  const properties = question.inputKind === 'form' ? partOf(question.schema, 'properties') : undefined;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    return [{ name: 'answer', label: t.answerLabel, required: true, kind: 'text', options: [] }];
  }
  const required = partOf(question.schema, 'required');
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    ...describe(name, schema),
    required: Array.isArray(required) && required.includes(name),
    options: optionsOf(schema),
  }));
}

function describe(name: string, schema: Json): Pick<Field, 'label' | 'hint' | 'kind'> {
  const title = partOf(schema, 'title');
  const hint = partOf(schema, 'description');
  return {
    label: typeof title === 'string' ? title : name,
    ...(typeof hint === 'string' ? { hint } : {}),
    kind: kindOf(schema),
  };
}

function kindOf(schema: Json): Field['kind'] {
  if (optionsOf(schema).length > 0) return 'choice';
  switch (partOf(schema, 'type')) {
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'yes_no';
    default:
      return 'text';
  }
}

/** What a filled form says. A field that was left empty and need not be filled is left out. */
export function valueOf(fields: readonly Field[], data: FormData): Record<string, Json> {
  const value: Record<string, Json> = {};
  for (const field of fields) {
    const raw = data.get(field.name);
    const text = typeof raw === 'string' ? raw : '';
    if (field.kind === 'yes_no') value[field.name] = text === 'on';
    else if (text !== '') value[field.name] = parse(field, text);
  }
  return value;
}

function parse(field: Field, text: string): Json {
  if (field.kind === 'number') return Number(text);
  return field.kind === 'choice' ? (field.options[Number(text)] ?? text) : text;
}

function partOf(schema: Json | undefined, name: string): Json | undefined {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? schema[name] : undefined;
}
