/** What happens in a chat, as lines of a terminal. */
import type { ChatEvent, Delta, Json } from '@colloquy/contracts';
import { styleText } from 'node:util';

/** How to print. */
export interface PrintRunOptions {
  readonly write: (text: string) => void;
  readonly colours: boolean;
  /** What an agent, by its name, is called. */
  readonly titleOf: (agent: string) => string;
}

type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'red' | 'yellow';
type Printers = { [K in ChatEvent['type']]?: (event: Extract<ChatEvent, { type: K }>) => void };

const MOST = 200;

/** Prints events and deltas as they come: one message streams, what others say meanwhile is printed when it is whole. */
export class RunPrinter {
  readonly #options: PrintRunOptions;
  readonly #printers: Printers;
  /** Where a child run stands below the first run. */
  readonly #depths = new Map<string, number>();
  #speaker = '';
  /** The message that streams now, and how much of it is printed. */
  #live: { readonly messageId: string; shown: number } | undefined;
  readonly #held: string[] = [];
  readonly #tools = new Map<string, string>();

  constructor(options: PrintRunOptions) {
    this.#options = options;
    this.#printers = this.#table();
  }

  event(event: ChatEvent): void {
    // A table's function takes the events of its own key; TypeScript cannot follow that through the lookup.
    const print = this.#printers[event.type] as ((event: ChatEvent) => void) | undefined;
    print?.(event);
  }

  delta({ messageId, kind, text, offset, agent, runId }: Delta): void {
    if (kind !== 'text') return;
    if (this.#live === undefined) {
      if (offset !== 0) return;
      this.#say(agent, runId);
      this.#live = { messageId, shown: 0 };
    }
    if (this.#live.messageId !== messageId) return;
    const fresh = text.slice(Math.max(0, this.#live.shown - offset));
    this.#options.write(fresh);
    this.#live.shown += fresh.length;
  }

  /** Ends a line that is only begun. */
  endLine(): void {
    if (this.#live === undefined) return;
    this.#options.write('\n');
    this.#end();
  }

  /** No message streams any more: what had to wait for it comes now. */
  #end(): void {
    this.#live = undefined;
    for (const text of this.#held.splice(0)) this.#options.write(text);
  }

  #table(): Printers {
    return {
      run_started: (event) => this.#begin(event),
      text: ({ messageId, text, agent, runId }) => this.#text({ messageId, text, agent, runId }),
      message_aborted: (event) => {
        if (this.#live?.messageId === event.messageId) this.endLine();
        this.#line(event.runId, 'yellow', `… ${event.reason}`);
      },
      tool_call: ({ callId, tool, arguments: args, runId, agent }) => {
        this.#tools.set(callId, tool);
        this.#speak(agent, runId);
        this.#line(runId, 'cyan', `→ ${tool} ${short(args)}`);
      },
      tool_response: ({ callId, ok, result, error, ms, runId }) => {
        const said = ok ? short(result) : `${error?.code ?? ''}: ${error?.message ?? ''}`;
        const mark = ok ? '✓' : '✗';
        this.#line(runId, ok ? 'green' : 'red', `${mark} ${this.#tools.get(callId) ?? callId} (${ms} ms) ${said}`);
      },
      handoff: ({ from, to, by, reason, runId }) => {
        this.#line(runId, 'dim', `⇒ ${from} → ${to} (${by}${reason === undefined ? '' : `: ${reason}`})`);
      },
      context_updated: ({ set, runId }) => this.#line(runId, 'dim', `= ${short(set)}`),
      guardrail_tripped: ({ name, on, action, runId }) => {
        this.#line(runId, 'yellow', `! guardrail ${name} on ${on}: ${action}`);
      },
      model_changed: ({ from, to, error, runId }) => {
        this.#line(runId, 'yellow', `! model ${from} failed (${error.code}), ${to} goes on`);
      },
      run_completed: ({ runId, reason, summary }) => {
        const tail = summary === undefined ? '' : `; ${cut(summary)}`;
        this.#line(runId, 'bold', `■ ended: ${reason.code}, ${reason.text}${tail}`);
      },
      run_failed: ({ runId, error }) => this.#line(runId, 'red', `■ failed: ${error.code}, ${error.message}`),
      run_cancelled: ({ runId }) => this.#line(runId, 'yellow', '■ cancelled'),
    };
  }

  #begin({ runId, parentRunId, child, branch }: Extract<ChatEvent, { type: 'run_started' }>): void {
    if (parentRunId === undefined) return;
    if (runId !== undefined) this.#depths.set(runId, (this.#depths.get(parentRunId) ?? 0) + 1);
    this.#line(runId, 'bold', `□ ${child ?? 'child'}${branch === undefined || branch === child ? '' : `: ${branch}`}`);
  }

  #text(message: { messageId: string; text: string; agent: string; runId: string | undefined }): void {
    const { messageId, text, agent, runId } = message;
    if (this.#live?.messageId === messageId) {
      this.#options.write(`${text.slice(this.#live.shown)}\n`);
      this.#end();
      return;
    }
    if (text === '') return;
    this.#say(agent, runId);
    this.#write(`${text}\n`);
  }

  #say(agent: string, runId: string | undefined): void {
    this.#speak(agent, runId);
    this.#write(this.#indent(runId));
  }

  /** The agent's name, once until somebody else says something. */
  #speak(agent: string | undefined, runId: string | undefined): void {
    const speaker = `${runId ?? ''} ${agent ?? ''}`;
    if (agent === undefined || this.#speaker === speaker) return;
    this.#speaker = speaker;
    this.#write('\n');
    this.#line(runId, 'bold', `● ${this.#options.titleOf(agent)}`);
  }

  #line(runId: string | undefined, style: Style, text: string): void {
    const styled = this.#options.colours ? styleText(style, text, { validateStream: false }) : text;
    this.#write(`${this.#indent(runId)}${styled}\n`);
  }

  /** Nothing comes into the middle of a message that streams. */
  #write(text: string): void {
    if (this.#live === undefined) this.#options.write(text);
    else this.#held.push(text);
  }

  #indent(runId: string | undefined): string {
    return '  '.repeat(runId === undefined ? 0 : (this.#depths.get(runId) ?? 0));
  }
}

const cut = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST ? `${line.slice(0, MOST)} …` : line;
};

const short = (value: Json | undefined): string => (value === undefined ? '' : cut(JSON.stringify(value)));
