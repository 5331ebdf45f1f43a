'use client';

import type { UserEntry } from '@colloquy/transcript';
import { t } from '../strings.ts';
import { UserBubble } from './user-bubble.tsx';

/** What a person said. */
export function UserMessage({ entry }: { readonly entry: UserEntry }) {
  return (
    <article data-entry="user">
      <UserBubble text={entry.text} dim={entry.queued}>
        {entry.queued ? t.queued : null}
        {entry.truncated === true ? t.cut : null}
      </UserBubble>
    </article>
  );
}
