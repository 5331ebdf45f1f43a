import type { ChatEvent, ChatHeader } from '@colloquy/contracts';
import { evolve, initialState, statusOf, type ChatState } from '@colloquy/engine';
import { compareFields, expectedRecord } from './compare-document.ts';
import type { Difference, Name } from './sources.ts';

/** What an orchestrator that takes the chat now would know, held against what a person sees of the same events. */
export function compareEngine(chatId: string, events: readonly ChatEvent[], name: Name): readonly Difference[] {
  const record = expectedRecord(chatId, events);
  if (record === undefined) return [];
  const state = events.reduce<ChatState>(evolve, initialState);
  const text = (said: string): string => said.replace('the log says', 'the chat document says');
  return compareFields(seenBy(record), knownBy(state), (said) => name('engine', text(said), events.length));
}

function seenBy(header: ChatHeader): Record<string, unknown> {
  const { ownerId, tenantId, workflow, title, status, lastSeq, deletedAt, usage } = header;
  return {
    ownerId,
    tenantId,
    workflow,
    title,
    status,
    lastSeq,
    deletedAt,
    questions: header.pendingRequests.map(({ requestId }) => requestId),
    promptTokens: usage.promptTokens,
    completionTokens: usage.completionTokens,
    costMicroUsd: usage.costMicroUsd,
    modelCalls: usage.modelCalls,
    running: header.lastRun?.status === 'running' ? header.lastRun.runId : undefined,
  };
}

function knownBy(state: ChatState): Record<string, unknown> {
  const { ownerId, tenantId, workflow, title = '', lastSeq, deletedAt, totals, run } = state;
  return {
    ownerId,
    tenantId,
    workflow,
    title,
    status: statusOf(state),
    lastSeq,
    deletedAt,
    questions: (run?.openRequests ?? []).map(({ requestId }) => requestId),
    promptTokens: totals.promptTokens,
    completionTokens: totals.completionTokens,
    costMicroUsd: totals.costMicroUsd,
    modelCalls: totals.modelCalls,
    running: run?.runId,
  };
}
