import type { NewEvent } from '@colloquy/contracts';
import { contextOf, findRun, toolEvents, type ToolRun } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { EffectAborted } from './steps-in-progress.ts';

type Parts = Pick<OrchestratorParts, 'effects' | 'log'>;

/**
 * Runs tools: `tool_started` is on the log before the effect, each answer is recorded as it comes. Of a tool with
 * `maxConcurrent` only so many run at once in all runs of the chat; the others have not started as long as they wait, so
 * a crash leaves them as they are.
 * @throws FencedError when somebody else owns the chat
 */
export async function runTools(
  parts: Parts,
  chat: RunningChat,
  step: { readonly runId: string; readonly calls: readonly ToolRun[]; readonly sequential: boolean },
): Promise<void> {
  const { runId } = step;
  const { slots } = chat.steps;
  const calls = step.sequential ? step.calls.slice(0, 1) : step.calls;
  const now = calls.filter((run) => slots.tryEnter(run));
  const later = calls.filter((run) => !now.includes(run));
  const started = await start(chat, runId, now);
  if (started.length === 0 && later.length === 0) return;
  const limits = calls.map((run) => parts.effects.stallLimitMs({ kind: 'tool', run }));
  const signal = await chat.beginEffect({ runId, stallLimitMs: Math.max(...limits) });
  let running = 0;
  const hold = async (run: ToolRun): Promise<void> => {
    chat.steps.standBy(runId, (running += 1) === 0);
    await runOne(parts, chat, { runId, run, signal });
    chat.steps.standBy(runId, (running -= 1) === 0);
    slots.leave(run);
  };
  const wait = async (run: ToolRun): Promise<void> => {
    if (!(await slots.enter(run, signal))) return;
    // A run that is to be given back begins nothing more.
    if (chat.draining) {
      slots.leave(run);
      return;
    }
    const [begun] = await start(chat, runId, [run]);
    if (begun === undefined) return;
    await chat.stillOwner();
    await hold(run);
  };
  if (started.length === 0) chat.steps.standBy(runId, true);
  const results = await Promise.allSettled([...started.map(hold), ...later.map(wait)]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Puts on the log that calls which have a place begin. Gives those that do; the places of the others are free again. */
async function start(chat: RunningChat, runId: string, calls: readonly ToolRun[]): Promise<readonly ToolRun[]> {
  const begun = calls.length === 0 ? [] : await recordStart(chat, runId, calls);
  for (const run of calls) if (!begun.includes(run)) chat.steps.slots.leave(run);
  return begun;
}

async function recordStart(chat: RunningChat, runId: string, calls: readonly ToolRun[]): Promise<readonly ToolRun[]> {
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
