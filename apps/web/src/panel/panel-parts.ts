'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import type { RunView } from '@colloquy/transcript';
import { createContext, use } from 'react';
import type { RunsScreen } from './runs-store.ts';

/** What the parts of the panel show. */
export interface Shown {
  readonly screen: RunsScreen;
  readonly run: RunView;
  /** The workflow, when it is still installed. */
  readonly card: WorkflowCard | undefined;
  /** Shows in the chat what an event made. */
  readonly jump: (seq: number) => void;
}

/** What the parts of the panel show. */
export const ShownContext = createContext<Shown | undefined>(undefined);

/** What this part of the panel shows. */
export function useShown(): Shown {
  const shown = use(ShownContext);
  if (shown === undefined) throw new Error('a part of the panel needs the panel above it');
  return shown;
}
