'use client';

import type { ChatRow } from '@colloquy/contracts';
import { useState } from 'react';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { titleOf } from './chat-title.ts';
import { useListWords } from './words.ts';

/** Asks before a chat is deleted by a key: keys are hit by accident. */
export function DeleteDialog(props: { readonly row: ChatRow; readonly onDone: (remove: boolean) => void }) {
  const t = useWords();
  const words = useListWords();
  const [open, setOpen] = useState(true);
  const done = (remove: boolean): void => {
    setOpen(false);
    props.onDone(remove);
  };
  return (
    <Dialog
      open={open}
      width="small"
      title={words.deleteTitle}
      description={words.deleteHint(titleOf(props.row, t.untitled))}
      onOpenChange={(next) => {
        if (!next) done(false);
      }}
      footer={
        <>
          <Button
            onClick={() => {
              done(false);
            }}
          >
            {words.cancel}
          </Button>
          <Button
            tone="bad"
            autoFocus
            onClick={() => {
              done(true);
            }}
          >
            {t.remove}
          </Button>
        </>
      }
    />
  );
}
