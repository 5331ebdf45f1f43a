'use client';

import { Dialog } from '../ui/dialog.tsx';
import { openPalette } from './commands.ts';
import { ShortcutList } from './shortcut-list.tsx';
import { usePaletteWords } from './words.ts';

/** The keys, for who has pressed `?`. */
export function HelpDialog() {
  const words = usePaletteWords();
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) openPalette(undefined);
      }}
      title={words.help}
      description={words.helpHint}
      width="large"
    >
      <ShortcutList />
    </Dialog>
  );
}
