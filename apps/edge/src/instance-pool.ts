/** How long an instance that refused is asked last, ms. */
const REST_MS = 2000;
/** How long one that said nothing is asked last, ms: to find that out again costs somebody seconds. */
const SILENT_REST_MS = 30_000;

/** The instances of one service, in turn. */
export class InstancePool {
  /** The service's name, for messages. */
  readonly service: string;
  #urls: readonly string[];
  readonly #now: () => number;
  readonly #onFailure: (how: 'refused' | 'silent') => void;
  readonly #restsUntil = new Map<string, number>();
  #turn = 0;

  /** `now` is monotonic milliseconds. */
  constructor(
    service: string,
    urls: readonly string[],
    { now, onFailure }: { now: () => number; onFailure?: (how: 'refused' | 'silent') => void },
  ) {
    this.service = service;
    this.#urls = urls;
    this.#now = now;
    this.#onFailure = onFailure ?? (() => undefined);
  }

  /** All instances in the order to try them: the next in turn first, those that refused lately last. */
  order(): readonly string[] {
    const start = this.#turn;
    this.#turn = (start + 1) % Math.max(this.#urls.length, 1);
    const turned = [...this.#urls.slice(start), ...this.#urls.slice(0, start)];
    const rests = (url: string): boolean => (this.#restsUntil.get(url) ?? -Infinity) > this.#now();
    return [...turned.filter((url) => !rests(url)), ...turned.filter(rests)];
  }

  /** From now on these are the instances; what is known of one that stays, stays known. */
  replace(urls: readonly string[]): void {
    this.#urls = urls;
    for (const url of this.#restsUntil.keys()) if (!urls.includes(url)) this.#restsUntil.delete(url);
  }

  /** An instance could not be reached. */
  refused(url: string): void {
    this.#restsUntil.set(url, this.#now() + REST_MS);
    this.#onFailure('refused');
  }

  /** An instance took a connection and did not answer: it hangs. */
  silent(url: string): void {
    this.#restsUntil.set(url, this.#now() + SILENT_REST_MS);
    this.#onFailure('silent');
  }
}
