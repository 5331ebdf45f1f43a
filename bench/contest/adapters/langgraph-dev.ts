import type { Peer, Seat } from '../peer.ts';
import { postJson } from '../post-json.ts';
import { programPeer } from '../program-peer.ts';
import { Screen } from '../screen.ts';
import { readSse, type SseEvent } from '../sse.ts';

/** A person: asks with a resumable run, and comes back with the id of the last event. */
class RunSeat implements Seat {
  readonly screen = new Screen();
  readonly #chat: string;
  #run = '';
  #last = '';
  #here = new AbortController();

  private constructor(chat: string) {
    this.#chat = chat;
  }

  static async open(url: string): Promise<RunSeat> {
    const { thread_id: id } = (await postJson(`${url}/threads`, {})) as { thread_id: string };
    return new RunSeat(`${url}/threads/${id}`);
  }

  ask(text: string): Promise<void> {
    return this.#read('/runs/stream', {
      assistant_id: 'chat',
      input: { messages: [{ role: 'user', content: text }] },
      stream_mode: ['messages-tuple'],
      stream_resumable: true,
      on_disconnect: 'continue',
    });
  }

  leave(): void {
    this.#here.abort();
  }

  back(): Promise<void> {
    this.#here = new AbortController();
    return this.#read(`/runs/${this.#run}/stream`);
  }

  close(): void {
    this.#here.abort();
  }

  #read(path: string, body?: unknown): Promise<void> {
    return readSse({
      url: `${this.#chat}${path}`,
      ...(body === undefined ? { headers: { 'last-event-id': this.#last } } : { body }),
      signal: this.#here.signal,
      onEvent: (event) => this.#take(event),
    });
  }

  #take({ event, id, data }: SseEvent): void {
    if (id !== undefined) this.#last = id;
    if (event === 'metadata') this.#run = (JSON.parse(data) as { run_id: string }).run_id;
    if (event !== 'messages') return;
    const [chunk] = JSON.parse(data) as [{ type: string; content: string }];
    // A run that was taken up again says a second message, below what is there of the first one.
    if (chunk.type === 'AIMessageChunk') this.screen.add(chunk.content);
  }
}

/** The LangGraph server as it comes without a licence. */
export const langGraphDev: Peer = programPeer({
  name: 'LangGraph dev server',
  about: '`langgraph-api` 0.16.7 as `langgraph dev` runs it: resumable runs; its state is written every 10 s',
  packages: { folder: 'langgraph-dev', by: 'python' },
  program: ({ port, model }) => ({
    command: 'venv/bin/langgraph',
    args: ['dev', '--no-browser', '--no-reload', '--port', String(port), '--n-jobs-per-worker', '256'],
    env: { MODEL_URL: model, LANGGRAPH_CLI_NO_ANALYTICS: '1', LANGSMITH_TRACING: 'false' },
  }),
  state: ['.langgraph_api'],
  health: '/ok',
  seat: (url) => RunSeat.open(url),
});
