import type { ChatEvent } from '@colloquy/contracts';

/** Where the lines go; pino's logger is one. */
export interface EventLog {
  info(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** One line an event: that it happened, and to whom. What was said is for the debug level only. */
export function logEvent(log: EventLog, chatId: string, event: ChatEvent): void {
  const { seq, type, at, runId } = event;
  log.info({ chatId, seq, type, at, runId }, type);
  log.debug({ chatId, seq, event }, 'event');
}
