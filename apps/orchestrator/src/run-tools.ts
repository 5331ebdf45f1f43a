import type { NewEvent } from '@colloquy/contracts';
import { contextOf, findRun, toolEvents, type ToolRun } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import { EffectAborted } from './steps-in-progress.ts';

type Parts = Pick<OrchestratorParts, 'effects' | 'log'>;

/**
 * Runs tools: `tool_started` is on the log before the effect, each answer is recorded as it comes. Of a tool with
 * `maxConcurrent` only so many run at once; the others have not started as long as they wait, so a crash leaves them as
 * they are.
 * @throws FencedError when somebody else owns the chat
 */
export async function runTools(
  parts: Parts,
  chat: RunningChat,
  step: { readonly runId: string; readonly calls: readonly ToolRun[]; readonly sequential: boolean },
): Promise<void> {
  const { runId } = step;
  const calls = step.sequential ? step.calls.slice(0, 1) : step.calls;
  const { now, later } = atOnce(calls);
  const started = await recordStart(chat, runId, now);
  if (started.length === 0) return;
  const limits = started.map((run) => parts.effects.stallLimitMs({ kind: 'tool', run }));
  const signal = await chat.beginEffect({ runId, stallLimitMs: Math.max(...limits) });
  const runInTurn = async (first: ToolRun): Promise<void> => {
    for (let run: ToolRun | undefined = first; run !== undefined;) {
      await runOne(parts, chat, { runId, run, signal });
      run = signal.aborted ? undefined : await startNext(chat, runId, { later, ended: run });
    }
  };
  const results = await Promise.allSettled(started.map(runInTurn));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Which calls may run now, in their order, and which wait until one of the same tool has ended. */
function atOnce(calls: readonly ToolRun[]): { now: ToolRun[]; later: ToolRun[] } {
  const running = new Map<string, number>();
  const now: ToolRun[] = [];
  const later: ToolRun[] = [];
  for (const call of calls) {
    const count = running.get(call.tool.name) ?? 0;
    const most = ('unknown' in call.tool ? undefined : call.tool.maxConcurrent) ?? Infinity;
    running.set(call.tool.name, count + 1);
    (count < most ? now : later).push(call);
  }
  return { now, later };
}

/** Starts the next call that waits for this tool; undefined when none does, or when this process is going. */
async function startNext(
  chat: RunningChat,
  runId: string,
  { later, ended }: { later: ToolRun[]; ended: ToolRun },
): Promise<ToolRun | undefined> {
  const place = later.findIndex(({ tool }) => tool.name === ended.tool.name);
  if (place < 0 || chat.draining) return undefined;
  const [begun] = await recordStart(chat, runId, later.splice(place, 1));
  if (begun !== undefined) await chat.stillOwner();
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
