/** Why code is not there: there is no network; its file is gone, as after a deploy; or it just did not come. */
export type Failure = 'offline' | 'gone' | 'lost';

/** After how long code that did not come is asked for again before anybody is told, in ms. */
const QUICK_PAUSES_MS = [300, 1_200];
/** How soon it is asked for again after that by itself, while somebody waits, in ms; each time twice as late, up to the last. */
const FIRST_PAUSE_MS = 10_000;
const LAST_PAUSE_MS = 600_000;
/** Parts that come to the screen ask anew for what was missing, but not more often than this, in ms. */
const LEAST_PAUSE_MS = 1_000;
/** How long the server may take to say whether a file is gone, in ms. */
const PROBE_MS = 5_000;

/**
 * Code that is loaded when it is wanted, for all places that draw it. What could not be loaded is asked for again: a few times
 * at once, then when somebody asks, when the network is back, and after a while. A bundler forgets a chunk that failed, so that
 * to import it again is to ask the network again; what must not be kept is the promise that it broke.
 */
export class Chunk<T> {
  readonly #load: () => Promise<T>;
  readonly #watchers = new Set<() => void>();
  #loading: Promise<T> | undefined;
  #failure: Failure | undefined;
  /** When the newest attempt failed; undefined while one is under way. */
  #failedAt: number | undefined;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param load - imports it, once more with each call
   */
  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Why it is not there; undefined when it is, or when nobody knows yet. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** The newest attempt, the same promise until it is forgotten; the first call begins it. */
  get(): Promise<T> {
    if (this.#loading !== undefined) return this.#loading;
    const loading = this.#attempt();
    this.#loading = loading;
    loading.then(
      () => {
        this.#failure = undefined;
        this.#failures = 0;
        this.#tell();
      },
      () => {
        this.#failures++;
        this.#failedAt = performance.now();
        this.#schedule();
        this.#tell();
      },
    );
    return loading;
  }

  /** Lets the next one ask anew, when the newest attempt has failed some time ago. */
  forget(leastMs = LEAST_PAUSE_MS): void {
    if (this.#failedAt === undefined || performance.now() - this.#failedAt < leastMs) return;
    this.#failedAt = undefined;
    this.#loading = undefined;
  }

  /** Tries once more; `failure` says how that ended. */
  async again(): Promise<void> {
    this.forget(0);
    await this.get().catch(() => undefined);
  }

  /**
   * Waits for it: while somebody does, it is asked for again by itself.
   * @param onChange - called when `failure` may have changed
   * @returns a function that ends the waiting
   */
  readonly watch = (onChange: () => void): (() => void) => {
    this.#watchers.add(onChange);
    if (this.#watchers.size === 1) window.addEventListener('online', this.#onOnline);
    this.#schedule();
    return () => {
      this.#watchers.delete(onChange);
      if (this.#watchers.size > 0) return;
      window.removeEventListener('online', this.#onOnline);
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  };

  async #attempt(tries = 0): Promise<T> {
    try {
      return await this.#load();
    } catch (error) {
      const failure = await failureOf(error);
      const pause = QUICK_PAUSES_MS[tries];
      if (failure !== 'lost' || pause === undefined) {
        this.#failure = failure;
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      return this.#attempt(tries + 1);
    }
  }

  #tell(): void {
    for (const onChange of [...this.#watchers]) onChange();
  }

  readonly #onOnline = (): void => {
    if (this.#failure !== undefined) void this.again();
  };

  #schedule(): void {
    if (this.#failure === undefined || this.#watchers.size === 0 || this.#timer !== undefined) return;
    // The network may have come back before anybody waited for that.
    const back = this.#failure === 'offline' && navigator.onLine;
    const pause = back ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LAST_PAUSE_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.again();
    }, pause);
  }
}

/** What a bundler says of a file that did not come; the file is in it, its reason is not. */
const MISSING_FILE = /failed to load (?:css )?chunk (\S+)/i;

async function failureOf(error: unknown): Promise<Failure> {
  if (!navigator.onLine) return 'offline';
  const file = error instanceof Error ? MISSING_FILE.exec(error.message)?.[1] : undefined;
  if (file === undefined) return 'lost';
  try {
    const signal = AbortSignal.timeout(PROBE_MS);
    const { status } = await fetch(new URL(file, window.location.href), { method: 'HEAD', cache: 'no-store', signal });
    return status === 404 || status === 410 ? 'gone' : 'lost';
  } catch {
    return 'lost';
  }
}
