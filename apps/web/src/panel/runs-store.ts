'use client';

import type { ChatHistory, Client, HistoryState } from '@colloquy/client';
import { applyRunEvents, NO_RUNS, SharedList, type RunsView } from '@colloquy/transcript';
import { useEffect, useState } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';
import { choicesWith, NO_CHOICES, type Choices } from './event-filter.ts';

/** All events of the chat and what they come to. */
export interface RunsScreen extends HistoryState {
  readonly view: RunsView;
  /** What the inspector can look for. */
  readonly choices: Choices;
}

/** Nothing is known yet. */
export const NO_SCREEN: RunsScreen = {
  events: SharedList.of(),
  complete: false,
  error: undefined,
  view: NO_RUNS,
  choices: NO_CHOICES,
};

/** The screen after the history has changed: only what is new is folded. */
export function screenAfter(before: RunsScreen, state: HistoryState): RunsScreen {
  const goesOn = state.events.at(0) === before.events.at(0) && state.events.length >= before.events.length;
  const known = goesOn ? before : NO_SCREEN;
  const added = state.events.from(known.events.length);
  return { ...state, view: applyRunEvents(known.view, added), choices: choicesWith(known.choices, added) };
}

/** The runs of a chat, read while the panel is open and dropped when it closes. */
export function useRunsStore(client: Client, chatId: string): StoreApi<RunsScreen> {
  const [store] = useState(() => createStore<RunsScreen>(() => NO_SCREEN));
  useEffect(() => {
    const history: ChatHistory = client.openChat(chatId).openHistory();
    const follow = (): void => {
      store.setState(screenAfter(store.getState(), history.getState()));
    };
    const off = history.subscribe(follow);
    follow();
    return () => {
      off();
      history.close();
      store.setState(NO_SCREEN);
    };
  }, [client, chatId, store]);
  return store;
}

/** What is known of the runs. */
export function useRuns(store: StoreApi<RunsScreen>): RunsScreen {
  return useStore(store);
}
