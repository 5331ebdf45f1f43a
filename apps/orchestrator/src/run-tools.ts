import type { NewEvent } from '@colloquy/contracts';
import { toolEvents, type ToolRun } from '@colloquy/engine';
import type { OrchestratorParts } from './ports.ts';
import { EffectAborted, type RunningChat } from './running-chat.ts';

type Parts = Pick<OrchestratorParts, 'effects' | 'log'>;

/**
 * Runs tools: `tool_started` is on the log before the effect, each answer is recorded as it comes.
 * @throws FencedError when somebody else owns the chat
 */
export async function runTools(
  parts: Parts,
  chat: RunningChat,
  step: { readonly calls: readonly ToolRun[]; readonly sequential: boolean },
): Promise<void> {
  const calls = step.sequential ? step.calls.slice(0, 1) : step.calls;
  const started = await recordStart(chat, calls);
  if (started.length === 0) return;
  const limits = started.map((run) => parts.effects.stallLimitMs({ kind: 'tool', run }));
  const { run } = chat.state;
  if (run === undefined) return;
  const signal = await chat.beginEffect({ runId: run.runId, stallLimitMs: Math.max(...limits) });
  const results = await Promise.allSettled(started.map((run) => runOne(parts, chat, { run, signal })));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function recordStart(chat: RunningChat, calls: readonly ToolRun[]): Promise<readonly ToolRun[]> {
  const runId = chat.state.run?.runId;
  const events = await chat.change((state) => {
    if (runId === undefined || state.run?.runId !== runId || chat.ending) return undefined;
    const open = new Set(state.run.openCalls.map((call) => call.callId));
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
  { run, signal }: { run: ToolRun; signal: AbortSignal },
): Promise<void> {
  const { run: current, ownerId } = chat.state;
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
        chat.progressed();
        // A fenced writer shows itself at the next event; progress alone is not worth ending a tool for.
        chat.stream([delta]).catch((error: unknown) => {
          parts.log.debug({ chatId: chat.chatId, err: error }, 'progress of a tool was not recorded');
        });
      },
    });
    await chat.change((state) => {
      const open = state.run?.openCalls.some((call) => call.callId === run.callId) ?? false;
      return open && !signal.aborted ? { events: toolEvents(state, run, result) } : undefined;
    });
  } catch (error) {
    if (!(error instanceof EffectAborted)) throw error;
  }
}
