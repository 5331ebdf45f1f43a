'use client';

import { useLanguage } from '../i18n/define-words.ts';
import { useWords } from '../i18n/words.ts';
import { AgentMark } from './agent-mark.tsx';
import { useRowWords } from './row-words.ts';
import { useAgentName } from './team.tsx';

/** Who is at work and nothing is to be seen of it yet: all of them, when several are. */
export function WorkingRow({ agents }: { readonly agents: readonly string[] }) {
  const [t, words] = [useWords(), useRowWords()];
  const nameOf = useAgentName();
  const names = new Intl.ListFormat(useLanguage(), { type: 'conjunction' }).format(agents.map(nameOf));
  return (
    <div data-entry="working" className="flex items-center gap-3 pt-(--message) pb-2 text-sm text-faint">
      {agents.length === 0 ? (
        <span className="size-7" />
      ) : (
        <span className="flex -space-x-1.5">
          {agents.slice(0, MARKS).map((agent) => (
            <AgentMark key={agent} agent={agent} />
          ))}
        </span>
      )}
      <span className="min-w-0 wrap-anywhere">
        {agents.length < 2
          ? t.thinking(agents[0] === undefined ? undefined : names)
          : words.working(names, agents.length)}
      </span>
      <span className="dots flex gap-1" aria-hidden>
        {[0, 1, 2].map((dot) => (
          <span key={dot} className="size-1.5 rounded-full bg-current" />
        ))}
      </span>
    </div>
  );
}

const MARKS = 4;
