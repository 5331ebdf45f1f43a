import type { Clock } from '@colloquy/contracts';
import type { BrokerLink, PulledMessage, PullEnd } from './broker-link.ts';

/** After a pull that the server could not serve, so that a broker that is down is not asked in a tight loop. */
const FAILED_WAIT_MS = 250;

/** A batch to pull. */
export interface BatchRequest {
  readonly stream: string;
  readonly durable: string;
  readonly count: number;
  /** How long to wait for the first message, in ms. */
  readonly firstWaitMs: number;
  /** How long to gather more after the first, in ms. */
  readonly gatherMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What pulling needs. */
export interface PullContext {
  readonly link: BrokerLink;
  readonly clock: Clock;
}

/**
 * Pulls one batch: never more than `count`, perhaps none. When the signal aborts, what was on its way is given back
 * and the batch is empty.
 */
export async function pullBatch(context: PullContext, request: BatchRequest): Promise<PulledMessage[]> {
  if (request.count < 1 || isAborted(request)) return [];
  const messages: PulledMessage[] = [];
  const end = await runPull(context, request, messages);
  if (isAborted(request)) {
    for (const message of messages) message.nak();
    return [];
  }
  if (end === 'failed' && messages.length === 0) await pause(context.clock, request.signal);
  return messages;
}

const isAborted = ({ signal }: BatchRequest): boolean => signal?.aborted === true;

function runPull({ link, clock }: PullContext, request: BatchRequest, messages: PulledMessage[]): Promise<PullEnd> {
  return new Promise((resolve) => {
    let gathering: object | undefined;
    const stop = (): void => {
      pull.stop();
    };
    const pull = link.pull({
      stream: request.stream,
      durable: request.durable,
      batch: request.count,
      expiresMs: request.firstWaitMs,
      onMessage: (message) => {
        messages.push(message);
        gathering ??= clock.setTimeout(stop, request.gatherMs);
      },
      onEnd: (end) => {
        if (gathering !== undefined) clock.clearTimeout(gathering);
        request.signal?.removeEventListener('abort', stop);
        resolve(end);
      },
    });
    request.signal?.addEventListener('abort', stop, { once: true });
  });
}

async function pause(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(FAILED_WAIT_MS, signal);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
