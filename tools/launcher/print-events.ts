import { styleText } from 'node:util';
import type { LaunchEvent, Report } from './launch-event.ts';
import { prettyLog } from './pretty-log.ts';

/** How to print. */
export interface PrintOptions {
  readonly json: boolean;
  readonly colours: boolean;
  readonly write: (line: string) => void;
}

const palette = [
  'cyan',
  'magenta',
  'yellow',
  'green',
  'blue',
  'redBright',
  'cyanBright',
  'magentaBright',
  'yellowBright',
] as const;
type Colour = (typeof palette)[number];
type Style = Colour | 'dim' | 'bold' | 'red';

const curl = (url: string): string => `curl -s ${url}/v1/workflows          # what the agents can do`;

const ready = (url: string, seconds: number): string => `
Colloquy is ready: ${url}   (${seconds} s)

  Open it in a browser, choose a workflow and type. Or:
  TOKEN=$(curl -s -X POST ${url}/v1/guest | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')
  curl -s ${url}/v1/chats -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
    -d '{"workflow":"support-desk","message":"I want a refund for order A-1001"}'
  ${curl(url)}

  Ctrl-C stops everything.
`;

/** What nats-server says at every start and stop fills a screen and helps nobody; with --json it is there. */
const isRoutine = (line: string): boolean => /^\[\d+\] \S+ \S+ \[INF\]/.test(line);

/** A reporter that prints for people, or one JSON object a line. */
export function printEvents(options: PrintOptions): Report {
  const { write } = options;
  if (options.json) return (event) => write(JSON.stringify(event));
  const style = (format: Style, text: string): string =>
    options.colours ? styleText(format, text, { validateStream: false }) : text;
  const colourOf = new Map<string, Colour>();
  const prefix = (name: string, instance: number): string => {
    const colour = colourOf.get(name) ?? palette[colourOf.size % palette.length] ?? 'cyan';
    colourOf.set(name, colour);
    return style(colour, `${name}#${instance}`.padEnd(18));
  };
  const print: { readonly [Type in LaunchEvent['type']]: (event: Extract<LaunchEvent, { type: Type }>) => string } = {
    step: ({ text, seconds }) => `${text}${seconds === undefined ? '' : style('dim', ` (${seconds} s)`)}`,
    note: ({ text }) => style('bold', text),
    process: ({ name, instance, state, pid, port, seconds }) =>
      `${prefix(name, instance)} ${state === 'ready' ? `up in ${seconds} s` : `starting, pid ${pid}, port ${port}`}`,
    exit: ({ name, instance, pid, how, restartInSeconds }) =>
      `${prefix(name, instance)} ${style('red', `ended (${how}, pid ${pid}); starting it again in ${restartInSeconds} s`)}`,
    log: ({ name, instance, line }) => `${prefix(name, instance)} ${prettyLog(line)}`,
    ready: ({ url, seconds }) => style('bold', ready(url, seconds)),
    stopping: ({ text }) => style('bold', text),
    stopped: ({ seconds }) => `Stopped in ${seconds} s; nothing is left running.`,
    error: ({ message }) => style('red', message),
  };
  // The compiler cannot see that `event` and the function under its type belong together.
  return (event) => {
    if (event.type === 'log' && isRoutine(event.line)) return;
    write((print[event.type] as (event: LaunchEvent) => string)(event));
  };
}
