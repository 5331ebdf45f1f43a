'use client';

import type { AgentEntry } from '@colloquy/transcript';
import { useWords } from '../i18n/words.ts';
import { MessageActions } from './actions/message-actions.tsx';
import { Markdown } from './markdown.tsx';
import { MessageUsage } from './message-usage.tsx';
import { SpeakerFrame } from './speaker-frame.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';

const StructuredView = lazyPart(async () => (await import('./structured-view.tsx')).StructuredView, {
  missing: 'fallback',
});

/** Shown when the mouse or the focus comes near; for fingers it is in the message's menu. */
const QUIET = 'opacity-0 transition-opacity group-hover/message:opacity-100 group-focus-within/message:opacity-100';

/** What an agent says. */
export function AgentMessage({ entry, joined }: { readonly entry: AgentEntry; readonly joined: boolean }) {
  const t = useWords();
  return (
    <SpeakerFrame
      agent={entry.agent}
      at={entry.at}
      joined={joined}
      entry="agent"
      state={entry.state}
      live={entry.state === 'streaming'}
    >
      <MessageBody entry={entry} />
      {entry.state === 'aborted' && entry.reason !== undefined ? (
        <p className="mt-2 text-sm text-faint italic">{t.aborted[entry.reason]}</p>
      ) : null}
      {entry.truncated === true ? <p className="mt-2 text-sm text-faint">{t.cut}</p> : null}
      {/* Its place is kept while the message is written: nothing moves when it ends. */}
      <div className="-mb-1 -ml-1.5 flex items-center gap-2">
        <MessageActions entry={entry} />
        <MessageUsage usage={entry.usage} className={`min-w-0 truncate text-xs text-faint tabular-nums ${QUIET}`} />
      </div>
    </SpeakerFrame>
  );
}

function MessageBody({ entry }: { readonly entry: AgentEntry }) {
  if (!isData(entry)) return <Markdown text={entry.text} live={entry.state === 'streaming'} />;
  const raw = (
    <pre className="font-mono text-[0.8125rem] wrap-anywhere whitespace-pre-wrap text-soft">{entry.text}</pre>
  );
  if (entry.structured === undefined) return raw;
  return <StructuredView fallback={raw} value={entry.structured} />;
}

/** An answer in a form that was asked for is data, from its first brace on. */
function isData({ text, structured, state }: AgentEntry): boolean {
  if (structured !== undefined) return true;
  return state === 'streaming' && /^\s*[{[]\s*("|$)/.test(text);
}
