const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const quiet = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'service', 'v', 'err']);

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function faultOf(err: unknown): string {
  if (typeof err !== 'object' || err === null) return err === undefined ? '' : ` ${text(err)}`;
  const { message, stack } = err as { message?: unknown; stack?: unknown };
  return typeof stack === 'string' ? `\n    ${stack.split('\n').slice(0, 6).join('\n    ')}` : ` ${text(message)}`;
}

/** A log line of a service as a person reads it: level unless info, message, the other fields; no JSON stays as it is. */
export function prettyLog(line: string): string {
  const entry = parse(line);
  if (entry === undefined) return line;
  const level = levels[Number(entry['level'])] ?? text(entry['level'] ?? '');
  const fields = Object.entries(entry)
    .filter(([name, value]) => !quiet.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${text(value).slice(0, 200)}`);
  const mark = level === 'info' || level === '' ? '' : `${level.toUpperCase()} `;
  return `${mark}${text(entry['msg'] ?? '')}${fields.length === 0 ? '' : ` ${fields.join(' ')}`}${faultOf(entry['err'])}`;
}
