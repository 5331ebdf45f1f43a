'use client';

import type { ChatView } from '@colloquy/transcript';
import { useEffect } from 'react';
import { announce } from '../shell/announcer.tsx';
import { t } from '../strings.ts';
import { useChatStore } from './chat-store.ts';
import { useAgentName } from './team.tsx';

/** Says who writes, who has finished and who needs an answer: short lines, never the text itself. */
export function useAnnouncements(): void {
  const store = useChatStore();
  const nameOf = useAgentName();
  useEffect(
    () =>
      store.screen.subscribe((screen, before) => {
        // What was there when the page came is no news.
        if (before.chat === screen.chat || before.phase === 'loading') return;
        const news = newsOf(before.chat, screen.chat, nameOf);
        if (news !== undefined) announce(news);
      }),
    [store, nameOf],
  );
}

function newsOf(before: ChatView, after: ChatView, nameOf: (agent: string) => string): string | undefined {
  const asked = after.pendingRequests.find(
    (request) => !before.pendingRequests.some(({ requestId }) => requestId === request.requestId),
  );
  if (asked !== undefined) return t.announce.needsInput(nameOf(asked.agent ?? after.speaker ?? t.tool));
  const ended = endOf(before, after);
  if (ended !== undefined) return ended;
  const started = after.speaking.find((agent) => !before.speaking.includes(agent));
  if (started !== undefined) return t.announce.writing(nameOf(started));
  const finished = before.speaking.find((agent) => !after.speaking.includes(agent));
  return finished === undefined ? undefined : t.announce.finished(nameOf(finished));
}

function endOf(before: ChatView, after: ChatView): string | undefined {
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
