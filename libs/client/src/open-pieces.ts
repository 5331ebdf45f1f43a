import type { Delta } from '@colloquy/contracts';
import type { ChatView, Entry } from '@colloquy/transcript';

/**
 * What a view shows of messages that are still being written, as pieces that start at their beginnings: for a view that
 * was folded from events alone. What is finished there ignores them.
 */
export function openPieces(view: ChatView): Delta[] {
  return [...view.entries].flatMap(piecesOf);
}

function piecesOf(entry: Entry): Delta[] {
  switch (entry.kind) {
    case 'agent':
    case 'reasoning': {
      if (entry.state !== 'streaming' || entry.text === '') return [];
      const { messageId, runId, agent, text } = entry;
      return [{ messageId, runId, agent, offset: 0, text, kind: entry.kind === 'agent' ? 'text' : 'reasoning' }];
    }
    case 'tool': {
      const { callId: messageId, runId, agent, argumentsText, progress } = entry;
      const base = { messageId, runId, agent, offset: 0 };
      return [
        ...(argumentsText === '' ? [] : [{ ...base, text: argumentsText, kind: 'arguments' as const }]),
        ...(progress === '' ? [] : [{ ...base, text: progress, kind: 'progress' as const }]),
      ];
    }
    default:
      return [];
  }
}
