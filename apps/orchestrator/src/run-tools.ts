import type { NewEvent } from '@colloquy/contracts';
import { contextOf, findRun, toolEvents, type ToolRun } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { EffectAborted } from './steps-in-progress.ts';

type Parts = Pick<OrchestratorParts, 'effects' | 'log'>;

interface ToolStep {
  readonly runId: string;
  readonly calls: readonly ToolRun[];
  readonly sequential: boolean;
}

/**
 * Runs tools: `tool_started` is on the log before the effect, each answer is recorded as it comes. Of a tool with
 * `maxConcurrent` only so many run at once in all runs of the chat; the others have not started as long as they wait, so
 * a crash leaves them as they are. When one of them throws the others are ended too: the step is lost as a whole.
 * @throws FencedError when somebody else owns the chat; whatever a tool's effect throws that is no answer
 */
export async function runTools(parts: Parts, chat: RunningChat, step: ToolStep): Promise<void> {
  const { slots } = chat.steps;
  const calls = step.sequential ? step.calls.slice(0, 1) : step.calls;
  const holding = new Set(calls.filter((run) => slots.tryEnter(run)));
  try {
    const later = calls.filter((run) => !holding.has(run));
    const started = await recordStart(chat, step.runId, [...holding]);
    for (const run of [...holding]) if (!started.includes(run)) leave(run);
    if (started.length > 0 || later.length > 0) await runAll(parts, chat, { ...step, started, later, holding, leave });
  } finally {
    for (const run of [...holding]) leave(run);
  }

  function leave(run: ToolRun): void {
    if (holding.delete(run)) slots.leave(run);
  }
}

interface Calls {
  readonly runId: string;
  readonly started: readonly ToolRun[];
  readonly later: readonly ToolRun[];
  /** Those that have a place. */
  readonly holding: Set<ToolRun>;
  readonly leave: (run: ToolRun) => void;
}

async function runAll(parts: Parts, chat: RunningChat, of: Calls): Promise<void> {
  const { runId, started, later, holding, leave } = of;
  const limits = [...started, ...later].map((run) => parts.effects.stallLimitMs({ kind: 'tool', run }));
  const signal = await chat.beginEffect({ runId, stallLimitMs: Math.max(...limits) });
  let running = 0;
  const hold = async (run: ToolRun): Promise<void> => {
    running += 1;
    chat.steps.standBy(runId, false);
    try {
      await runOne(parts, chat, { runId, run, signal });
    } finally {
      running -= 1;
      chat.steps.standBy(runId, running === 0);
    }
  };
  const wait = async (run: ToolRun): Promise<void> => {
    if (!(await chat.steps.slots.enter(run, signal))) return;
    holding.add(run);
    // A run that is to be given back, or whose step is lost, begins nothing more.
    if (chat.draining || signal.aborted) return;
    const [begun] = await recordStart(chat, runId, [run]);
    if (begun === undefined) return;
    await chat.stillOwner();
    await hold(run);
  };
  const settled = async (run: ToolRun, work: (run: ToolRun) => Promise<void>): Promise<void> => {
    try {
      await work(run);
    } catch (error) {
      // Before its place goes to another one of them.
      chat.steps.abort('failed', (key) => key === runId);
      throw error;
    } finally {
      leave(run);
    }
  };
  if (started.length === 0) chat.steps.standBy(runId, true);
  const work = [...started.map((run) => settled(run, hold)), ...later.map((run) => settled(run, wait))];
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Puts on the log that calls which have a place begin. Gives those that do. */
async function recordStart(chat: RunningChat, runId: string, calls: readonly ToolRun[]): Promise<readonly ToolRun[]> {
  if (calls.length === 0) return [];
  const events = await chat.change((state) => {
    const own = findRun(state.run, runId);
    if (own === undefined || chat.ending) return undefined;
    const open = new Set(own.openCalls.map((call) => call.callId));
    const ready = calls.filter((run) => open.has(run.callId));
    const starts = ready.map(({ callId, agent, attempt }): NewEvent => ({
      type: 'tool_started',
      runId,
      agent,
      callId,
      attempt,
    }));
    return { events: starts };
  });
  const begun = new Set(events.flatMap((event) => (event.type === 'tool_started' ? [event.callId] : [])));
  return calls.filter((run) => begun.has(run.callId));
}

async function runOne(
  parts: Parts,
  chat: RunningChat,
  { runId, run, signal }: { runId: string; run: ToolRun; signal: AbortSignal },
): Promise<void> {
  const { ownerId } = chat.state;
  const current = findRun(chat.state.run, runId);
  if (signal.aborted || current === undefined) return;
  let offset = 0;
  try {
    const result = await parts.effects.runTool(run, {
      chatId: chat.chatId,
      runId: current.runId,
      workflow: current.workflow,
      definition: chat.workflow,
      userId: ownerId ?? '',
      variables: current.variables,
      signal,
      onProgress: (text) => {
        const delta = {
          messageId: run.callId,
          runId: current.runId,
          agent: run.agent,
          offset,
          text,
          kind: 'progress' as const,
        };
        offset += text.length;
        chat.steps.progressed(runId);
        // A fenced writer shows itself at the next event; progress alone is not worth ending a tool for.
        chat.stream([delta]).catch((error: unknown) => {
          parts.log.debug({ chatId: chat.chatId, err: error }, 'progress of a tool was not recorded');
        });
      },
    });
    await chat.change((state) => {
      const context = contextOf(state, chat.workflow, runId);
      if (context === undefined || signal.aborted) return undefined;
      return { events: toolEvents(context.state, context.workflow, { run, result }) };
    });
  } catch (error) {
    if (!(error instanceof EffectAborted)) throw error;
  }
}
