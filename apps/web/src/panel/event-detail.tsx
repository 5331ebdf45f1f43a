'use client';

import type { ChatEvent } from '@colloquy/contracts';
import { X } from 'lucide-react';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { useFormat } from '../ui/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useWords } from '../i18n/words.ts';
import { useShown } from './panel-parts.ts';
import { usePanelWords } from './words.ts';

/** One event as JSON. */
export function EventDetail({ event, onClose }: { readonly event: ChatEvent; readonly onClose: () => void }) {
  const t = usePanelWords();
  const { close } = useWords();
  const format = useFormat();
  const { jump } = useShown();
  const json = JSON.stringify(event, null, 2);
  return (
    <section
      aria-label={t.details(format.number(event.seq))}
      className="flex max-h-[45%] shrink-0 flex-col border-t border-line bg-background"
    >
      <div className="flex items-center gap-1 py-1 pr-2 pl-4">
        <h3 className="min-w-0 flex-1 truncate text-xs font-medium">
          {t.details(format.number(event.seq))} · <code>{event.type}</code>
        </h3>
        <Button
          tone="plain"
          className="text-xs"
          onClick={() => {
            jump(event.seq);
          }}
        >
          {t.jump}
        </Button>
        <CopyButton text={json} />
        <IconButton label={close} onClick={onClose}>
          <X />
        </IconButton>
      </div>
      <pre
        tabIndex={0}
        className="thin-scroll min-h-0 overflow-auto px-4 pb-4 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap"
      >
        {json}
      </pre>
    </section>
  );
}
