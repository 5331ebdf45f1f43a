import type { ChatEvent, Clock, Ids, Json, Totals } from '@colloquy/contracts';
import type { Effects } from '@colloquy/effects';
import type { LiveCommit } from '@colloquy/messaging';
import type { LoadedWorkflow, LoadedWorkflows } from '@colloquy/workflows';
import type { Terminal } from '../terminal.ts';
import { askQuestion, type Question } from './ask-question.ts';
import { startLocalChat, type LocalChat } from './local-system.ts';
import { RunPrinter } from './print-run.ts';

/** What is run, and where it is seen. */
export interface RunChatOptions {
  readonly workflow: LoadedWorkflow;
  readonly workflows: LoadedWorkflows;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly text: string;
  readonly variables: Record<string, Json>;
  readonly terminal: Terminal;
  /** One event a line, as JSON, and nothing else. */
  readonly json: boolean;
  /** Told what goes wrong beside the run. */
  readonly warn: (message: string) => void;
}

/** How a run came to its end. */
export interface RunEnd {
  readonly type: 'run_completed' | 'run_failed' | 'run_cancelled';
  readonly totals: Totals | undefined;
  /** True when a question stayed open because nobody could answer it. */
  readonly unanswered: boolean;
}

/** Runs one chat in this process until its first run has ended; prints what happens, asks what it is asked. */
export async function runChat(options: RunChatOptions): Promise<RunEnd> {
  const run = new TerminalRun(options);
  return run.whole();
}

/** At a terminal one Ctrl-C comes twice: directly, and through npm. */
const AGAIN_MS = 1000;

class TerminalRun {
  readonly #options: RunChatOptions;
  readonly #printer: RunPrinter;
  readonly #ended = Promise.withResolvers<RunEnd['type']>();
  /** Open questions, with what withdraws them. */
  readonly #questions = new Map<string, AbortController>();
  #asking: Promise<void> = Promise.resolve();
  #chat: LocalChat | undefined;
  #runId: string | undefined;
  #totals: Totals | undefined;
  #unanswered = false;
  #seen = 0;
  #interruptedAt: number | undefined;

  constructor(options: RunChatOptions) {
    const { terminal, workflow } = options;
    const titles = new Map(workflow.card.agents.map(({ name, title }) => [name, title]));
    this.#options = options;
    this.#printer = new RunPrinter({
      write: (text) => terminal.write(text),
      colours: terminal.colours,
      titleOf: (agent) => titles.get(agent) ?? agent,
    });
  }

  async whole(): Promise<RunEnd> {
    const { clock, ids, workflows, effects, workflow, text, variables, terminal, warn } = this.#options;
    const first = {
      workflow: workflow.name,
      text,
      variables,
      onCommit: (commit: LiveCommit) => this.#commit(commit),
    };
    const stopListening = terminal.onInterrupt(() => this.#interrupted());
    const chat = await startLocalChat({ clock, ids, workflows, effects, warn }, first);
    this.#chat = chat;
    try {
      const type = await this.#ended.promise;
      for (const question of this.#questions.values()) question.abort(new Error('the run has ended'));
      await this.#asking;
      return { type, totals: this.#totals, unanswered: this.#unanswered };
    } finally {
      stopListening();
      await chat.stop();
    }
  }

  /** The first Ctrl-C cancels the run; another one, a second later or more, does not wait for that. */
  #interrupted(): void {
    const now = this.#options.clock.monotonic();
    this.#interruptedAt ??= now;
    if (now - this.#interruptedAt < AGAIN_MS) this.#cancel();
    else this.#ended.resolve('run_cancelled');
  }

  #cancel(): void {
    this.#send({ kind: 'cancel' });
  }

  #send(command: Parameters<LocalChat['send']>[0]): void {
    this.#chat?.send(command).catch((error: unknown) => this.#ended.reject(error));
  }

  #commit({ commit }: LiveCommit): void {
    for (const event of commit.events) {
      if (event.seq <= this.#seen) continue;
      this.#seen = event.seq;
      this.#event(event);
    }
    if (!this.#options.json) for (const delta of commit.deltas ?? []) this.#printer.delta(delta);
  }

  #event(event: ChatEvent): void {
    if (this.#options.json) this.#options.terminal.write(`${JSON.stringify(event)}\n`);
    else this.#printer.event(event);
    if (event.type === 'run_started') this.#runId ??= event.runId;
    if (event.type === 'usage') this.#totals = event.totals;
    if (event.type === 'input_request') this.#ask(event);
    if (event.type === 'input_response') this.#questions.get(event.requestId)?.abort(new Error('it was answered'));
    if (isEnd(event) && event.runId === this.#runId) this.#ended.resolve(event.type);
  }

  /** One question at a time, in the order in which they come. */
  #ask(question: Question): void {
    const { requestId } = question;
    const withdrawn = new AbortController();
    this.#questions.set(requestId, withdrawn);
    this.#asking = this.#asking.then(async () => {
      if (withdrawn.signal.aborted) return;
      this.#printer.endLine();
      const answer = await askQuestion(question, (prompt) =>
        this.#options.terminal.ask(this.#options.json ? '' : prompt, withdrawn.signal),
      ).catch((error: unknown) => {
        if (withdrawn.signal.aborted) return undefined;
        throw error;
      });
      if (withdrawn.signal.aborted) return;
      if (answer !== undefined) return this.#send({ kind: 'input', requestId, value: answer.value });
      this.#unanswered = true;
      this.#cancel();
    });
    this.#asking.catch((error: unknown) => this.#ended.reject(error));
  }
}

function isEnd(event: ChatEvent): event is Extract<ChatEvent, { type: RunEnd['type'] }> {
  return event.type === 'run_completed' || event.type === 'run_failed' || event.type === 'run_cancelled';
}
