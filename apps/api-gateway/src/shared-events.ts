import type { ChatEvent } from '@colloquy/contracts';
import { newestVersion } from '@colloquy/transcript';

/** Stands for a person's user id: nobody learns by a link whose chat it is. */
const SOMEBODY = 'person';
/** Not people. */
const NO_USERS: ReadonlySet<string> = new Set(['expiry', 'run', 'workflow', 'timer']);

/**
 * What whoever has the link sees of these public events: what was said, asked and done, in its newest version; not who the
 * owner is, what it has cost, and how it was run.
 */
export function sharedEvents(events: readonly ChatEvent[]): ChatEvent[] {
  return newestVersion(events).flatMap((event) => sharedEvent(event) ?? []);
}

function sharedEvent(event: ChatEvent): ChatEvent | undefined {
  switch (event.type) {
    case 'user_message': {
      const { by: _by, edits: _edits, ...said } = event;
      return said;
    }
    case 'text': {
      const { usage: _usage, ...said } = event;
      return said;
    }
    case 'input_response':
    case 'run_cancelled':
      return { ...event, by: NO_USERS.has(event.by) ? event.by : SOMEBODY };
    case 'run_started': {
      const { deadlineAt: _deadlineAt, ...run } = event;
      return { ...run, workflowHash: '', engineVersion: 0 };
    }
    case 'tool_response': {
      const { target: _target, ...answer } = event;
      return answer;
    }
    case 'message_imported':
    case 'message_taken_up':
    case 'reasoning':
    case 'message_aborted':
    case 'tool_call':
    case 'tool_started':
    case 'handoff':
    case 'input_request':
    case 'run_completed':
    case 'run_failed':
      return event;
    default:
      return undefined;
  }
}
