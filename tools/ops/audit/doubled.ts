import type { ChatEvent } from '@colloquy/contracts';
import type { Difference, Name } from './sources.ts';

/** What may be in a chat once only, by the event that says it, and the field that names it. */
const ONCE: readonly (readonly [ChatEvent['type'], string])[] = [
  ['chat_created', 'type'],
  ['user_message', 'messageId'],
  ['user_message', 'commandId'],
  ['message_imported', 'messageId'],
  ['run_started', 'runId'],
  ['run_completed', 'runId'],
  ['run_failed', 'runId'],
  ['run_cancelled', 'runId'],
  ['text', 'messageId'],
  ['tool_call', 'callId'],
  ['tool_response', 'callId'],
  ['input_request', 'requestId'],
  ['input_response', 'requestId'],
];

/** Messages, runs, calls and questions that are in the chat twice. */
export function findDoubled(events: readonly ChatEvent[], name: Name): readonly Difference[] {
  const first = new Map<string, number>();
  const differences: Difference[] = [];
  for (const event of events) {
    const fields = new Map<string, unknown>(Object.entries(event));
    for (const [type, field] of ONCE) {
      const id = fields.get(field);
      if (event.type !== type || typeof id !== 'string') continue;
      const key = `${type} ${field} ${id}`;
      const before = first.get(key);
      if (before === undefined) first.set(key, event.seq);
      else
        differences.push(
          name('log', `${type} of ${field} ${id} is there twice, as event ${before} and ${event.seq}`, event.seq),
        );
    }
  }
  return differences;
}
