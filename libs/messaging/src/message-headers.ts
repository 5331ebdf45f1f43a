/** Names of the headers that we write or read. */
export const HEADERS = {
  msgId: 'Nats-Msg-Id',
  expectedLastSubjectSequence: 'Nats-Expected-Last-Subject-Sequence',
  ttl: 'Nats-TTL',
  sequence: 'Nats-Sequence',
  lastSequence: 'Nats-Last-Sequence',
  batchId: 'Nats-Batch-Id',
  batchSequence: 'Nats-Batch-Sequence',
  batchCommit: 'Nats-Batch-Commit',
  schedule: 'Nats-Schedule',
  scheduleTarget: 'Nats-Schedule-Target',
  traceparent: 'traceparent',
  parkedReason: 'Colloquy-Reason',
  parkedSubject: 'Colloquy-Subject',
  parkedSequence: 'Colloquy-Sequence',
} as const;

/** The `traceparent` field of a message, absent when the message has none. */
export function traceOf(headers: Readonly<Record<string, string>>): { traceparent?: string } {
  const traceparent = headers[HEADERS.traceparent];
  return traceparent === undefined ? {} : { traceparent };
}

/** The header of a trace context, nothing when there is none. */
export function traceHeader(traceparent: string | undefined): Readonly<Record<string, string>> {
  return traceparent === undefined ? {} : { [HEADERS.traceparent]: traceparent };
}
