import { createStore, type StoreApi } from 'zustand';
import type { ChatStore } from '../chat-store.ts';
import { createSearch, indexOf, patternOf, spotAt, totalOf, type Hit, type Search, type Spot } from './find-entries.ts';

/** While a chat grows, what is new is searched at most this often, in ms. */
const AGAIN_MS = 300;

/** How a search stands. */
export interface SearchState {
  readonly query: string;
  readonly busy: boolean;
  readonly total: number;
  /** The current place, from 0. */
  readonly index: number;
  readonly spot: Spot | undefined;
  readonly pattern: RegExp | undefined;
  readonly earlier: 'idle' | 'loading' | 'failed';
}

/** A search in one chat, as a person works with it. */
export interface SearchController {
  readonly state: StoreApi<SearchState>;
  setQuery(query: string): void;
  /** Goes to another place: 1 is the next, -1 the one before; round at the ends. */
  step(by: 1 | -1): void;
  /** Loads what came before, and searches that too. */
  loadEarlier(): Promise<void>;
  /** Follows the chat as it grows; the function that is returned ends it. */
  follow(): () => void;
}

const NOTHING: SearchState = {
  query: '',
  busy: false,
  total: 0,
  index: 0,
  spot: undefined,
  pattern: undefined,
  earlier: 'idle',
};

/** Lets the page draw and take keys. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

/** A search in the chat of a store. */
export function createSearchController(store: ChatStore): SearchController {
  const state = createStore<SearchState>(() => NOTHING);
  let hits: readonly Hit[] = [];
  let search: Search | undefined;
  let running = new AbortController();
  let again: ReturnType<typeof setTimeout> | undefined;

  /** Searches; with `jump` it goes to the newest place, else it keeps the one that it is at. */
  const run = async (jump: boolean): Promise<void> => {
    running.abort(new Error('another search'));
    if (search === undefined) return;
    const { signal } = (running = new AbortController());
    if (jump) state.setState({ busy: true });
    const found = await search.run(store.screen.getState().chat.entries, signal).catch(() => undefined);
    if (found === undefined) return; // another one has begun
    hits = found;
    const total = totalOf(hits);
    const index = jump ? total - 1 : indexOf(hits, state.getState().spot);
    const spot = spotAt(hits, Math.max(0, index));
    state.setState({ busy: false, total, index: Math.max(0, index), spot });
    if (jump && spot !== undefined) void show(store, spot);
  };

  return {
    state,
    setQuery(query) {
      const pattern = patternOf(query);
      search = pattern === undefined ? undefined : createSearch(pattern, { now: () => performance.now(), pause });
      hits = [];
      state.setState({ ...NOTHING, query, pattern, earlier: state.getState().earlier });
      void run(true);
    },
    step(by) {
      const { index, total } = state.getState();
      if (total === 0) return;
      const next = (index + by + total) % total;
      const spot = spotAt(hits, next);
      state.setState({ index: next, spot });
      if (spot !== undefined) void show(store, spot);
    },
    async loadEarlier() {
      state.setState({ earlier: 'loading' });
      try {
        await store.loadHistory();
        state.setState({ earlier: 'idle' });
        await run(state.getState().spot === undefined);
      } catch {
        state.setState({ earlier: 'failed' });
      }
    },
    follow() {
      const off = store.screen.subscribe(({ chat }, before) => {
        if (chat.entries === before.chat.entries) return;
        again ??= setTimeout(() => {
          again = undefined;
          void run(false);
        }, AGAIN_MS);
      });
      return () => {
        off();
        clearTimeout(again);
        again = undefined;
        running.abort(new Error('closed'));
      };
    },
  };
}

/** Goes to a place; what is closed there is opened. */
async function show(store: ChatStore, { key }: Spot): Promise<void> {
  const { entries } = store.screen.getState().chat;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry?.key !== key) continue;
    if (entry.kind === 'tool' || entry.kind === 'reasoning') store.setOpened(key, true);
    break;
  }
  await store.transcript.scrollTo(key);
}
