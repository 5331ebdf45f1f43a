'use client';

import { useEffect, useRef } from 'react';
import { create } from 'zustand';

/** Where a command stands in the palette and in the help. */
export type CommandGroup = 'chat' | 'go' | 'look' | 'app';

/** Something that can be done now, from the palette or by keys. */
export interface Command {
  /** Its own name, the same in every language: `chat.stop`. A later one with the same name takes its place. */
  readonly id: string;
  /** What it is called. */
  readonly label: string;
  /** `Mod+K`, `Mod+Shift+O`, `/` or `G I`; see keys.ts. Keep them few: every one is taken from the browser or the person. */
  readonly keys?: string;
  /** Other words by which it is found. */
  readonly words?: string;
  readonly group?: CommandGroup;
  readonly run: () => void;
}

interface PaletteState {
  /** By id; what was mounted last is last. */
  readonly commands: ReadonlyMap<string, Command>;
  /** What is open over the page. */
  readonly open: 'palette' | 'help' | undefined;
}

/** What can be done, and whether the palette or the help is open. */
export const usePalette = create<PaletteState>(() => ({ commands: new Map(), open: undefined }));

/** Opens the palette or the help; undefined closes. */
export function openPalette(open: PaletteState['open']): void {
  usePalette.setState({ open });
}

/**
 * Offers a command while the component is there. `undefined` offers nothing, so that a command can come and go.
 * @example useCommand({ id: 'chat.stop', label: t.stop, group: 'chat', run: () => store.cancel() })
 */
export function useCommand(command: Command | undefined): void {
  const { id, label, keys, words, group } = command ?? {};
  const latest = useRef(command);
  useEffect(() => {
    latest.current = command;
  });
  useEffect(() => {
    if (id === undefined || label === undefined) return undefined;
    const offered: Command = {
      id,
      label,
      ...(keys === undefined ? {} : { keys }),
      ...(words === undefined ? {} : { words }),
      ...(group === undefined ? {} : { group }),
      run: () => latest.current?.run(),
    };
    usePalette.setState(({ commands }) => ({ commands: new Map([...without(commands, id), [id, offered]]) }));
    return () => {
      usePalette.setState(({ commands }) =>
        commands.get(id) === offered ? { commands: new Map(without(commands, id)) } : { commands },
      );
    };
  }, [id, label, keys, words, group]);
}

function without(commands: ReadonlyMap<string, Command>, id: string): [string, Command][] {
  return [...commands].filter(([known]) => known !== id);
}
