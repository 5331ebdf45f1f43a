'use client';

import type { ReactNode } from 'react';
import { formatTime } from '../ui/format.ts';
import { AgentMark, AgentName } from './agent-mark.tsx';

/** What an agent says or does, under its name; without the name when it goes on from the row above. */
export function SpeakerFrame(props: {
  readonly agent: string;
  readonly at: string;
  readonly joined: boolean;
  readonly children: ReactNode;
}) {
  if (props.joined) return <div className="py-1.5 pl-10">{props.children}</div>;
  return (
    <div className="flex gap-3 pt-4 pb-1.5">
      <AgentMark agent={props.agent} />
      <div className="min-w-0 flex-1">
        <div className="mb-1 flex items-baseline gap-2">
          <AgentName agent={props.agent} className="text-sm font-semibold" />
          <time dateTime={props.at} className="text-xs text-faint">
            {formatTime(props.at)}
          </time>
        </div>
        {props.children}
      </div>
    </div>
  );
}
