import type { Clock } from '@colloquy/contracts';
import type { LogConsumer } from '@colloquy/messaging';
import type { ChatReader } from '@colloquy/store';

/** `/readyz` gives a check a second; what waits must be said within it. */
const ANSWER_MS = 600;

/**
 * Passes while MongoDB answers.
 * @throws Error that says how much waits on the log
 */
export async function checkStore(parts: {
  readonly store: Pick<ChatReader, 'ping'>;
  readonly consumer: Pick<LogConsumer, 'lag'>;
  readonly clock: Clock;
}): Promise<void> {
  const { store, consumer, clock } = parts;
  const lag = consumer.lag().catch(() => undefined);
  const answered = store.ping().then(
    () => true,
    () => false,
  );
  const asked = new AbortController();
  const late = clock.sleep(ANSWER_MS, asked.signal).then(
    () => false,
    () => false,
  );
  const ok = await Promise.race([answered, late]);
  asked.abort(new Error('answered'));
  if (ok) return;
  const waiting = await lag;
  const behind = waiting === undefined ? 'how much waits is unknown' : `${waiting} commits wait on the log`;
  throw new Error(`MongoDB does not answer; ${behind}`);
}
