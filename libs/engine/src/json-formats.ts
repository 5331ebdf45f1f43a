/** The formats of JSON Schema that are followed. They tell what a text looks like, not whether there is such a thing. */

const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST = String.raw`${LABEL}(?:\.${LABEL})*`;

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, 'u');

const PATTERNS: ReadonlyMap<string, RegExp> = new Map([
  ['date', whole(DATE)],
  ['time', whole(TIME)],
  ['date-time', whole(`${DATE}[Tt]${TIME}`)],
  ['duration', /^P(?=.)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/u],
  ['email', whole(String.raw`[^\s@"]{1,64}@${HOST}`)],
  ['hostname', whole(HOST)],
  ['ipv4', whole(String.raw`${BYTE}(?:\.${BYTE}){3}`)],
  ['uuid', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu],
  ['uri', /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/u],
]);

/** Names of the formats that are followed. */
export const JSON_FORMATS: readonly string[] = [...PATTERNS.keys()];

/** A format that it does not know forbids nothing. */
export function isOfFormat(format: string, text: string): boolean {
  return PATTERNS.get(format)?.test(text) ?? true;
}
