'use client';

import { ApiError } from '@colloquy/client';
import { useQuery } from '@tanstack/react-query';
import { GitFork } from 'lucide-react';
import { useClient } from '../../shell/client-provider.tsx';
import { goTo, pathOf } from '../../shell/navigate.ts';
import { titleOf } from '../../sidebar/chat-title.ts';
import { useChatStore } from '../chat-store.ts';
import { useActionWords } from './words.ts';

/** Which chat this one goes on from, with a link to it. */
export function ForkedFrom({ chatId }: { readonly chatId: string }) {
  const t = useActionWords();
  const client = useClient();
  const { readOnly } = useChatStore();
  const parent = useQuery({
    queryKey: ['forked-from', chatId],
    queryFn: async ({ signal }) => {
      const document = await client?.api.getChat(chatId, { signal });
      return document && { title: titleOf(document, t.anotherChat), gone: document.deletedAt !== undefined };
    },
    enabled: client !== undefined && !readOnly,
    staleTime: 5 * 60_000,
  });
  const gone = parent.data?.gone === true || (parent.error instanceof ApiError && parent.error.status === 404);
  return (
    <p data-entry="forked" className="flex h-9 items-center justify-center gap-2 text-xs text-faint">
      <GitFork className="size-3.5 shrink-0" aria-hidden />
      <span className="shrink-0">{t.forkedFrom}</span>
      {gone || readOnly ? (
        <span>{gone ? t.goneChat : t.anotherChat}</span>
      ) : (
        <a
          href={pathOf(chatId)}
          className="max-w-64 truncate text-soft underline underline-offset-2 hover:text-foreground"
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            goTo(chatId);
          }}
        >
          {parent.data?.title ?? t.anotherChat}
        </a>
      )}
    </p>
  );
}
