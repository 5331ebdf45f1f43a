'use client';

import type { OutboxItem } from '@colloquy/client';
import { useScreen } from './chat-store.ts';

/** The answer to a question that was given here and is not on the log yet. */
export function useSentAnswer(requestId: string): OutboxItem | undefined {
  return useScreen(({ outbox }) =>
    outbox.find(({ command }) => command.kind === 'input' && command.requestId === requestId),
  );
}
