'use client';

import type { Version } from '@colloquy/transcript';
import { create } from 'zustand';
import { useChatStore } from '../chat-store.ts';

/** The making of a new chat from this one. */
export interface ForkDoing {
  readonly atSeq: number;
  /** How often it was tried without an answer. */
  readonly attempts: number;
  /** Why it was given up, in words for the person. */
  readonly error?: string;
  readonly cancel: () => void;
}

/** An older version that is looked at. */
export interface VersionDoing {
  /** All older versions, oldest first; the newest one comes after them. */
  readonly versions: readonly Version[];
  readonly index: number;
}

/** What a person does in a chat besides writing: none of it is on the log, and it outlives the rows it is about. */
export interface Doing {
  readonly chatId: string;
  /** The message that is being changed; what is written there is a draft. */
  readonly editing?: { readonly messageId: string } | undefined;
  readonly version?: VersionDoing | undefined;
  readonly searching?: boolean | undefined;
  readonly fork?: ForkDoing | undefined;
  readonly renaming?: boolean | undefined;
  readonly sharing?: boolean | undefined;
}

const useStore = create<Doing>(() => ({ chatId: '' }));

/** Begins or ends something in a chat; what was done in another one is over. */
export function setDoing(chatId: string, change: Omit<Doing, 'chatId'>): void {
  const before = useStore.getState();
  useStore.setState(before.chatId === chatId ? { ...before, ...change } : { chatId, ...change }, true);
}

/** What is done in a chat now. */
export function doingIn(chatId: string): Doing {
  const doing = useStore.getState();
  return doing.chatId === chatId ? doing : { chatId };
}

/** A part of what is done in this chat. */
export function useDoing<K extends Exclude<keyof Doing, 'chatId'>>(what: K): Doing[K] | undefined {
  const { chatId } = useChatStore();
  return useStore((doing) => (doing.chatId === chatId ? doing[what] : undefined));
}
