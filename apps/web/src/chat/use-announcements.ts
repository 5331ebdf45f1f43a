'use client';

import type { ChatView } from '@colloquy/transcript';
import { useEffect } from 'react';
import { announce } from '../shell/announcer.tsx';
import { useWords, type Words } from '../i18n/words.ts';
import { useChatStore } from './chat-store.ts';
import { useAgentName } from './team.tsx';

/** Says who writes, who has finished and who needs an answer: short lines, never the text itself. */
export function useAnnouncements(): void {
  const t = useWords();
  const store = useChatStore();
  const nameOf = useAgentName();
  useEffect(
    () =>
      store.screen.subscribe((screen, before) => {
        // What was there when the page came is no news.
        if (before.chat === screen.chat || before.phase === 'loading') return;
        const news = newsOf({ before: before.chat, after: screen.chat, nameOf, t });
        if (news !== undefined) announce(news);
      }),
    [store, nameOf, t],
  );
}

interface Change {
  readonly before: ChatView;
  readonly after: ChatView;
  readonly nameOf: (agent: string) => string;
  readonly t: Words;
}

function newsOf({ before, after, nameOf, t }: Change): string | undefined {
  const asked = after.pendingRequests.find(
    (request) => !before.pendingRequests.some(({ requestId }) => requestId === request.requestId),
  );
  if (asked !== undefined) return t.announce.needsInput(nameOf(asked.agent ?? after.speaker ?? t.tool));
  const ended = endOf(before, after, t);
  if (ended !== undefined) return ended;
  const started = after.speaking.find((agent) => !before.speaking.includes(agent));
  if (started !== undefined) return t.announce.writing(nameOf(started));
  const finished = before.speaking.find((agent) => !after.speaking.includes(agent));
  return finished === undefined ? undefined : t.announce.finished(nameOf(finished));
}

function endOf(before: ChatView, after: ChatView, t: Words): string | undefined {
  if (before.lastRun?.status === after.lastRun?.status) return undefined;
  switch (after.lastRun?.status) {
    case 'completed':
      return t.announce.done;
    case 'failed':
      return t.announce.failed;
    case 'cancelled':
      return t.announce.stopped;
    default:
      return undefined;
  }
}
