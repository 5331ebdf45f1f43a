'use client';

import { openPalette, usePalette } from './commands.ts';
import { useAppCommands } from './use-app-commands.ts';
import { useKeys } from './use-keys.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const PaletteDialog = lazyPart(async () => (await import('./palette-dialog.tsx')).PaletteDialog, { missing: 'toast' });
const HelpDialog = lazyPart(async () => (await import('./help-dialog.tsx')).HelpDialog, { missing: 'toast' });

const close = (): void => {
  openPalette(undefined);
};

/** The app's own commands and all commands' keys, with the dialogs that show them. */
export function PaletteRoot() {
  useAppCommands();
  useKeys();
  const open = usePalette((state) => state.open);
  return (
    <>
      {open === 'palette' ? <PaletteDialog onMissing={close} /> : null}
      {open === 'help' ? <HelpDialog onMissing={close} /> : null}
    </>
  );
}
