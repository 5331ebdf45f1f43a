'use client';

import type { AgentEntry } from '@colloquy/transcript';
import { clsx } from 'clsx';
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
          // In the margin, where it covers nothing.
          <CopyButton
            text={entry.text}
            className={clsx(
              'absolute -left-0.5 opacity-0 group-hover/message:opacity-100 focus-visible:opacity-100',
              joined ? 'top-1' : 'top-11',
            )}
          />
        )}
      </SpeakerFrame>
    </article>
  );
}
