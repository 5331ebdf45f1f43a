/** A piece of what a tool found. */
export interface Quote {
  readonly title: string;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

const LONGEST_QUOTE = 220;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function firstText(fields: Fields, names: readonly string[]): string {
  return (
    names.map((name) => fields[name]).find((value): value is string => typeof value === 'string' && value !== '') ?? ''
  );
}

function shorten(text: string): string {
  const plain = text
    .replaceAll(/[#>*`|]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length <= LONGEST_QUOTE ? plain : `${plain.slice(0, plain.lastIndexOf(' ', LONGEST_QUOTE))} …`;
}

function toQuote(value: unknown): Quote {
  if (typeof value === 'string') return { title: '', text: shorten(value) };
  const fields = asFields(value);
  return {
    title: firstText(fields, ['title', 'heading', 'path', 'file', 'source', 'url', 'name']),
    text: shorten(firstText(fields, ['excerpt', 'snippet', 'text', 'content', 'passage', 'summary', 'description'])),
  };
}

function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return Object.values(asFields(value)).find((each): each is unknown[] => Array.isArray(each)) ?? [value];
}

/** The pieces of a search's answer, whatever its form: a list, an object with a list in it, or text. */
export function readQuotes(result: string): readonly Quote[] {
  return listIn(parseJson(result))
    .map(toQuote)
    .filter((quote) => quote.text !== '')
    .slice(0, 3);
}

/** The first amount of money in a tool's answer, by the field's name. */
export function readAmount(result: string): number | undefined {
  const look = (value: unknown): number | undefined => {
    const fields = asFields(value);
    for (const name of ['amount', 'total', 'totalUsd', 'price', 'amountUsd']) {
      const number = Number(fields[name] ?? Number.NaN);
      if (Number.isFinite(number)) return number;
    }
    return Object.values(fields)
      .filter((each) => typeof each === 'object')
      .map(look)
      .find((each) => each !== undefined);
  };
  return look(parseJson(result));
}

const REFUSAL = /\b(declin|refus|den(?:y|ied)|reject|not approved|not allowed|expired|cancelled|failed|error)/i;

/** Whether a tool's answer says that it was not done. */
export function isRefusal(result: string): boolean {
  const value = parseJson(result);
  const fields = asFields(value);
  const said = ['ok', 'approved', 'refunded', 'success']
    .map((name) => fields[name])
    .find((each) => typeof each === 'boolean');
  if (said !== undefined) return !said;
  if (fields['error'] !== undefined && fields['error'] !== null) return true;
  return REFUSAL.test(result);
}
