import type { ApiProcess, HouseAnswer, HouseRequest } from './api-process.ts';
import type { Nature } from './nature.ts';

/** Part of the requests, and of their answers, that a storm takes. */
const LOST = 0.02;
/** Part of the requests that come twice. */
const DOUBLED = 0.03;

/** The way from a device to an API gateway: any of them, by turns; requests are lost, delayed and doubled. */
export class Edge {
  readonly #nature: Nature;
  readonly #apis: readonly ApiProcess[];
  #turn = 0;

  constructor(nature: Nature, apis: readonly ApiProcess[]) {
    this.#nature = nature;
    this.#apis = apis;
  }

  /** Resolves with what comes back; perhaps never. */
  send(request: HouseRequest): Promise<HouseAnswer> {
    const nature = this.#nature;
    return new Promise((resolve) => {
      const back = (answer: HouseAnswer): void =>
        void nature.time.setTimeout(() => resolve(answer), nature.latencyMs());
      if (nature.fails('a request is lost', LOST)) {
        back('connection lost');
        return;
      }
      nature.time.setTimeout(() => {
        if (nature.fails('a request comes twice', DOUBLED)) this.#pass(request, () => undefined);
        this.#pass(request, (answer) => {
          const lost = nature.fails('the answer of a request is lost', LOST);
          back(lost ? 'connection lost' : answer);
        });
      }, nature.latencyMs());
    });
  }

  #pass(request: HouseRequest, answer: (answer: HouseAnswer) => void): void {
    const alive = this.#apis.filter((api) => api.alive);
    const api = alive[this.#turn++ % Math.max(1, alive.length)];
    if (api === undefined) answer('connection lost');
    else api.serve(request, answer);
  }
}
