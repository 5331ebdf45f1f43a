'use client';

import { clsx } from 'clsx';
import { use, type ReactNode } from 'react';
import { formatName, useFormat } from '../ui/format.ts';
import { AgentMark, AgentName } from './agent-mark.tsx';
import { useBranch } from './branch.tsx';
import { useRowWords } from './row-words.ts';
import { styleAt, useAgentName, useAgentPlace } from './team.tsx';
import { UnderDay } from './under-day.ts';

/** What an agent says or does, under its name; without the name when it goes on from the row above. */
export function SpeakerFrame(props: {
  readonly agent: string;
  readonly at: string;
  readonly joined: boolean;
  /** What it is, for who walks through the rows with a screen reader; who speaks and when, when left out. */
  readonly label?: string;
  /** The kind of the entry and its state, for tests and styles. */
  readonly entry?: string;
  readonly state?: string;
  /** True while it is being written: said beside the name, after all that stays, so that nothing moves when it ends. */
  readonly live?: boolean;
  readonly children: ReactNode;
}) {
  const words = useRowWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const branch = useBranch();
  const underDay = use(UnderDay);
  const name =
    branch === undefined ? nameOf(props.agent) : words.inBranch(nameOf(props.agent), formatName(branch.name));
  return (
    <article
      data-entry={props.entry}
      data-state={props.state}
      aria-label={words.said(props.label ?? name, format.time(props.at))}
      className="group/message relative"
    >
      {props.joined ? (
        <div className="relative py-1 pl-10">
          {props.live === true ? <LiveDot agent={props.agent} className="absolute top-3 left-2.5" /> : null}
          {props.children}
        </div>
      ) : (
        <div className="flex gap-3 pt-(--message) pb-1">
          <AgentMark agent={props.agent} />
          <div className="min-w-0 flex-1">
            <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-2">
              <AgentName agent={props.agent} className="text-sm font-semibold" />
              {branch === undefined ? null : <span className="text-xs text-soft">{formatName(branch.name)}</span>}
              <time dateTime={props.at} title={format.instant(props.at)} className="text-xs text-faint">
                {underDay ? format.clock(props.at) : format.time(props.at)}
              </time>
              {props.live === true ? (
                <span className="flex items-center gap-1.5 text-xs text-soft">
                  <LiveDot agent={props.agent} />
                  {words.writing}
                </span>
              ) : null}
            </div>
            {props.children}
          </div>
        </div>
      )}
    </article>
  );
}

/** That the agent is writing; it stands still where motion is not wanted. */
function LiveDot({ agent, className }: { readonly agent: string; readonly className?: string }) {
  return (
    <span
      aria-hidden
      style={styleAt(useAgentPlace(agent))}
      className={clsx('agent-ink size-2 animate-pulse rounded-full bg-current', className)}
    />
  );
}
