'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { useClient } from '../shell/client-provider.tsx';
import { goTo } from '../shell/navigate.ts';
import { useGalleryWords } from './words.ts';

/** What for example to ask: a click begins a chat with it. */
export function Starters({ card, most }: { readonly card: WorkflowCard; readonly most?: number }) {
  const t = useGalleryWords();
  const client = useClient();
  const starters = card.starters.slice(0, most);
  if (starters.length === 0) return null;
  return (
    <section className="mt-4">
      <h3 className="text-xs font-medium text-faint">{t.starters}</h3>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {starters.map((text) => (
          <li key={text}>
            <button
              type="button"
              disabled={client === undefined}
              className="min-h-11 w-full rounded-lg border border-line px-3 py-1.5 text-left text-sm text-soft transition-colors hover:border-line-strong hover:text-foreground md:min-h-9"
              onClick={() => {
                if (client !== undefined) goTo(client.startChat({ workflow: card.name, text }).chatId);
              }}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
