import { HttpSeat } from '../http-seat.ts';
import type { ModelServer, Part, Peer, Seat } from '../peer.ts';

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[];
}

/** No peer: the scripted model itself, asked without anything in between. Its CPU is the model's own. */
export class Direct implements Peer {
  readonly name = 'direct';
  readonly about = 'the scripted model, asked without anything in between; CPU and memory are its own';
  #model: ModelServer | undefined;

  install(): Promise<void> {
    return Promise.resolve();
  }

  start(model: ModelServer): Promise<void> {
    this.#model = model;
    return Promise.resolve();
  }

  open(): Promise<Seat> {
    const url = `${this.#model?.url ?? ''}/chat/completions`;
    const seat = new HttpSeat({
      ask: (text) => ({
        url,
        body: { model: 'scripted', stream: true, messages: [{ role: 'user', content: text }] },
        show: ({ data }, screen) => {
          if (data === '[DONE]') return;
          for (const { delta } of (JSON.parse(data) as Chunk).choices) screen.add(delta.content ?? '');
        },
      }),
      back: () => undefined,
    });
    return Promise.resolve(seat);
  }

  parts(): readonly Part[] {
    return this.#model === undefined ? [] : [{ name: 'model', pid: this.#model.pid }];
  }

  kill(): Promise<void> {
    return Promise.reject(new Error('the model is not to be killed'));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
