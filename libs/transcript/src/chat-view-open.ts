/** Entries that are being written: how they begin, and which event ends which of them. */
import type { ChatEvent, Delta, EventOf } from '@colloquy/contracts';
import type { OpenEntry } from './chat-view-entries.ts';

/** Only these are spoken to a person; the others choose speakers, titles and the like. */
const SHOWN: ReadonlySet<string> = new Set(['reply', 'summary']);

/** Key of the entry of a message; thoughts and text may share a messageId. */
export function messageKey(kind: 'text' | 'reasoning', messageId: string): string {
  return kind === 'text' ? messageId : `${messageId}:reasoning`;
}

/** The entry that an agent's message begins as; undefined when it is not for a person. */
export function beginMessage(event: EventOf<'message_started'>): OpenEntry | undefined {
  if (!SHOWN.has(event.purpose)) return undefined;
  const { seq, at, messageId, runId, agent } = event;
  const base = { key: messageKey(event.kind, messageId), seq, at, messageId, runId, agent, text: '' };
  return event.kind === 'text'
    ? { kind: 'agent', ...base, state: 'streaming' }
    : { kind: 'reasoning', ...base, state: 'streaming' };
}

/** The card of a call whose arguments are being written, in the reply that is open. */
export function beginCall(delta: Delta, reply: OpenEntry): OpenEntry {
  return {
    kind: 'tool',
    key: delta.messageId,
    seq: reply.seq,
    at: reply.at,
    callId: delta.messageId,
    runId: delta.runId,
    agent: delta.agent,
    tool: '',
    argumentsText: '',
    state: 'arguments',
    progress: '',
    attempts: 0,
  };
}

/** True when the event does not end what the entry is writing. */
export function staysOpen(event: ChatEvent): (entry: OpenEntry) => boolean {
  switch (event.type) {
    case 'text':
      // A reply and its calls are one commit: what is still being written of it then will never be complete.
      return (entry) => !isMessage(entry, event.messageId, 'agent') && !isCallOf(entry, event);
    case 'reasoning':
      return (entry) => !isMessage(entry, event.messageId, 'reasoning');
    case 'message_aborted':
      return (entry) => !isMessage(entry, event.messageId) && !isCallOf(entry, event);
    case 'tool_call':
      return (entry) => !isMessage(entry, event.messageId, 'agent') && entry.key !== event.callId;
    case 'run_claimed':
    case 'run_completed':
    case 'run_failed':
    case 'run_cancelled':
      return (entry) => entry.runId !== event.runId || (event.type === 'run_claimed' && entry.kind !== 'tool');
    case 'rewound':
      return () => false;
    default:
      return () => true;
  }
}

function isMessage(entry: OpenEntry, messageId: string, kind?: OpenEntry['kind']): boolean {
  return entry.kind !== 'tool' && entry.messageId === messageId && (kind === undefined || entry.kind === kind);
}

function isCallOf(entry: OpenEntry, event: { readonly runId: string; readonly agent: string }): boolean {
  return entry.kind === 'tool' && entry.runId === event.runId && entry.agent === event.agent;
}
