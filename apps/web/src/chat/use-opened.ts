'use client';

import { useChatStore, useScreen } from './chat-store.ts';

/** Whether something can be seen that may be closed, and a function that turns it round. It outlives its row. */
export function useOpened(key: string, byDefault: boolean): readonly [boolean, () => void] {
  const store = useChatStore();
  const opened = useScreen((screen) => screen.opened.get(key)) ?? byDefault;
  return [
    opened,
    () => {
      store.setOpened(key, !opened);
    },
  ];
}
