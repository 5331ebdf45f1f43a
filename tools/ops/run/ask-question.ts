import type { ChatEvent, Json } from '@colloquy/contracts';

/** A question of a run. */
export type Question = Extract<ChatEvent, { type: 'input_request' }>;

type Ask = (prompt: string) => Promise<string | undefined>;

/** Puts a question to a person until the answer has its form; undefined when nobody can answer. */
export async function askQuestion(question: Question, ask: Ask): Promise<{ value: Json } | undefined> {
  const { kind, prompt, schema } = question;
  switch (kind) {
    case 'approval':
      return repeat(() => ask(`? ${prompt} [y/n] `), asYesOrNo);
    case 'choice': {
      const options = optionsOf(schema);
      const list = options.map((option, index) => `\n    ${index + 1}  ${plain(option)}`).join('');
      return repeat(
        () => ask(`? ${prompt}${list}\n  > `),
        (line) => asChoice(line, options),
      );
    }
    case 'form':
      return form(question, ask);
    case 'text':
      return repeat(
        () => ask(`? ${prompt}\n  > `),
        (line) => ({ value: line }),
      );
  }
}

type Read = (line: string) => { value: Json } | undefined;

async function repeat(ask: () => Promise<string | undefined>, read: Read): Promise<{ value: Json } | undefined> {
  for (;;) {
    const line = await ask();
    if (line === undefined) return undefined;
    const answer = read(line.trim());
    if (answer !== undefined) return answer;
  }
}

function asYesOrNo(line: string): { value: Json } | undefined {
  if (/^y(es)?$/i.test(line)) return { value: true };
  return /^no?$/i.test(line) ? { value: false } : undefined;
}

function asChoice(line: string, options: readonly Json[]): { value: Json } | undefined {
  const byNumber = options[Number(line) - 1];
  if (byNumber !== undefined) return { value: byNumber };
  const byName = options.find((option) => plain(option) === line);
  if (byName !== undefined) return { value: byName };
  return options.length === 0 && line !== '' ? { value: line } : undefined;
}

/** One question for each property; a form without any is asked for as JSON. */
async function form({ prompt, schema }: Question, ask: Ask): Promise<{ value: Json } | undefined> {
  const fields = Object.entries(mapOf(fieldOf(schema, 'properties')));
  if (fields.length === 0) return repeat(() => ask(`? ${prompt} (JSON)\n  > `), asJson);
  const required = listOf(fieldOf(schema, 'required'));
  const values: Record<string, Json> = {};
  let intro = `? ${prompt}\n`;
  for (const [name, field] of fields) {
    const title = fieldOf(field, 'title') ?? fieldOf(field, 'description') ?? name;
    const optional = required.includes(name) ? '' : ' (may be empty)';
    const prefix = intro;
    intro = '';
    const answer = await repeat(
      () => ask(`${prefix}  ${plain(title)}${optional}: `),
      (line) => (line === '' && optional !== '' ? { value: null } : asField(line, field)),
    );
    if (answer === undefined) return undefined;
    if (answer.value !== null) values[name] = answer.value;
  }
  return { value: values };
}

function asField(line: string, field: Json): { value: Json } | undefined {
  const options = listOf(fieldOf(field, 'enum'));
  if (options.length > 0) return asChoice(line, options);
  switch (fieldOf(field, 'type')) {
    case 'boolean':
      return asYesOrNo(line);
    case 'integer':
    case 'number':
      return line !== '' && Number.isFinite(Number(line)) ? { value: Number(line) } : undefined;
    case 'string':
    case undefined:
      return { value: line };
    default:
      return asJson(line);
  }
}

function asJson(line: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(line) as Json };
  } catch {
    return undefined;
  }
}

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
const mapOf = (value: Json | undefined): Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const fieldOf = (value: Json | undefined, name: string): Json | undefined => mapOf(value)[name];
const optionsOf = (schema: Json | undefined): Json[] => listOf(fieldOf(schema, 'enum'));
