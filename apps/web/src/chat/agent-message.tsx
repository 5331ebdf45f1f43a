'use client';

import type { AgentEntry } from '@colloquy/transcript';
import { t } from '../strings.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Markdown } from './markdown.tsx';
import { SpeakerFrame } from './speaker-frame.tsx';

/** What an agent says. */
export function AgentMessage({ entry, joined }: { readonly entry: AgentEntry; readonly joined: boolean }) {
  const live = entry.state === 'streaming';
  return (
    <article data-entry="agent" data-state={entry.state} className="group/message relative">
      <SpeakerFrame agent={entry.agent} at={entry.at} joined={joined}>
        <Markdown text={entry.text} live={live} />
        {entry.state === 'aborted' && entry.reason !== undefined ? (
          <p className="mt-2 text-sm text-faint italic">{t.aborted[entry.reason]}</p>
        ) : null}
        {entry.truncated === true ? <p className="mt-2 text-sm text-faint">{t.cut}</p> : null}
        {live ? null : (
          <CopyButton
            text={entry.text}
            className="absolute top-1 right-0 bg-background opacity-0 group-hover/message:opacity-100 focus-visible:opacity-100"
          />
        )}
      </SpeakerFrame>
    </article>
  );
}
