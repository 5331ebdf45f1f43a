import type { ServiceClock } from './system-clock.ts';

/** A check passes by returning, and fails by throwing or by taking longer than a second. */
export type HealthCheck = () => void | Promise<void>;

/** What one check said. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** Why not, in words; credentials are cut out. */
  readonly reason?: string;
}

/** What `/readyz` answers: 200 when `ready`, else 503. */
export interface Readiness {
  readonly ready: boolean;
  readonly status: 'ready' | 'starting' | 'failing' | 'draining';
  readonly failing: readonly CheckResult[];
  readonly checks: readonly CheckResult[];
  /** What is good to know and makes nothing unready; what cannot be had within a second is null. */
  readonly details: Readonly<Record<string, unknown>>;
}

const CHECK_TIMEOUT_MS = 1000;

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\/\/[^/@\s]*@/g, '//***@').slice(0, 300);
}

/** The named checks of a service: what must work before it should get traffic. */
export class HealthRegistry {
  readonly #clock: ServiceClock;
  readonly #checks = new Map<string, HealthCheck>();
  readonly #details = new Map<string, () => unknown>();
  #phase: 'starting' | 'started' | 'draining' = 'starting';

  constructor(clock: ServiceClock) {
    this.#clock = clock;
  }

  /**
   * Adds a check under a name that a reader of `/readyz` understands (`nats`, `mongodb`).
   * @throws Error when the name is taken.
   */
  add(name: string, check: HealthCheck): void {
    if (this.#checks.has(name)) throw new Error(`a health check "${name}" is registered already`);
    this.#checks.set(name, check);
  }

  /**
   * Adds something that a reader of `/readyz` is told; whatever it says, the service stays ready.
   * @throws Error when the name is taken.
   */
  addDetail(name: string, detail: () => unknown): void {
    if (this.#details.has(name)) throw new Error(`a detail "${name}" is registered already`);
    this.#details.set(name, detail);
  }

  /** From now on the checks decide; before, the service is `starting`. */
  markStarted(): void {
    if (this.#phase === 'starting') this.#phase = 'started';
  }

  /** From now on not ready, whatever the checks say. */
  markDraining(): void {
    this.#phase = 'draining';
  }

  /** Runs all checks at once, each with a second. */
  async readiness(): Promise<Readiness> {
    const [checks, details] = await Promise.all([
      Promise.all([...this.#checks].map(([name, check]) => this.#run(name, check))),
      Promise.all([...this.#details].map(([name, detail]) => this.#tell(name, detail))),
    ]);
    const failing = checks.filter((check) => !check.ok);
    const status = this.#status(failing.length);
    return { ready: status === 'ready', status, failing, checks, details: Object.fromEntries(details) };
  }

  #status(failing: number): Readiness['status'] {
    if (this.#phase !== 'started') return this.#phase;
    return failing > 0 ? 'failing' : 'ready';
  }

  async #tell(name: string, detail: () => unknown): Promise<readonly [string, unknown]> {
    let told: unknown = null;
    await this.#run(name, async () => {
      told = await detail();
    });
    return [name, told];
  }

  async #run(name: string, check: HealthCheck): Promise<CheckResult> {
    const done = new AbortController();
    const late = this.#clock.sleep(CHECK_TIMEOUT_MS, done.signal).then(
      () => Promise.reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
      () => undefined,
    );
    try {
      await Promise.race([Promise.resolve().then(check), late]);
      return { name, ok: true };
    } catch (error) {
      return { name, ok: false, reason: reasonOf(error) };
    } finally {
      done.abort();
    }
  }
}
