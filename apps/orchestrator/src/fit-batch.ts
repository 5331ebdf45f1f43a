import type { NewEvent } from '@colloquy/contracts';
import { batchFits, type AppendBatch } from '@colloquy/messaging';

/** Longest text that an event keeps when its commit would be too large, in UTF-16 code units; halved until it fits. */
const FIRST_CUT = 128 * 1024;

/** A batch that fits into one commit: what follows from one step stays together, so its texts are cut, and marked. */
export function fitBatch(chatId: string, batch: AppendBatch): AppendBatch {
  let fitted = batch;
  for (let longest = FIRST_CUT; longest >= 1024 && !batchFits(chatId, fitted); longest /= 2) {
    fitted = { ...batch, events: (batch.events ?? []).map((event) => cut(event, longest)) };
  }
  return fitted;
}

function cut(event: NewEvent, longest: number): NewEvent {
  switch (event.type) {
    case 'text':
    case 'reasoning':
      return event.text.length > longest ? { ...event, text: event.text.slice(0, longest), truncated: true } : event;
    case 'message_aborted':
      return { ...event, text: event.text.slice(0, longest) };
    case 'tool_call':
      return sizeOf(event.arguments) > longest ? { ...event, arguments: { truncated: true } } : event;
    case 'tool_response':
      return sizeOf(event.result) > longest
        ? { ...event, result: JSON.stringify(event.result).slice(0, longest), truncated: true }
        : event;
    default:
      return event;
  }
}

const sizeOf = (value: unknown): number => JSON.stringify(value ?? null).length;
