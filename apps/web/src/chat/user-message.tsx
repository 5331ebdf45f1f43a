'use client';

import type { UserEntry } from '@colloquy/transcript';
import { useWords } from '../i18n/words.ts';
import { useFormat } from '../ui/format.ts';
import { Editable, MessageActions } from './actions/message-actions.tsx';
import { useRowWords } from './row-words.ts';
import { UserBubble } from './user-bubble.tsx';

/** What a person said. */
export function UserMessage({ entry }: { readonly entry: UserEntry }) {
  const [t, words] = [useWords(), useRowWords()];
  const format = useFormat();
  return (
    <article data-entry="user" aria-label={words.said(t.you, format.time(entry.at))} className="group/message">
      <Editable entry={entry}>
        <UserBubble text={entry.text} dim={entry.queued} attachments={entry.attachments}>
          {entry.queued ? t.queued : null}
          {entry.truncated === true ? t.cut : null}
        </UserBubble>
        <div className="-mt-1.5 flex justify-end">
          <MessageActions entry={entry} />
        </div>
      </Editable>
    </article>
  );
}
