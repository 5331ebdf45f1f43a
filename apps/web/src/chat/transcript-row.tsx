'use client';

import type { Entry } from '@colloquy/transcript';
import { memo } from 'react';
import { ForkedFrom } from './actions/message-actions.tsx';
import { AgentMessage } from './agent-message.tsx';
import { InBranch } from './branch.tsx';
import { EarlierRow } from './earlier-row.tsx';
import { DayLine, GuardrailLine, HandoffLine, RejectedLine, UnreadLine } from './lines.tsx';
import { OutboxMessage } from './outbox-message.tsx';
import { QuestionCard } from './question-card.tsx';
import { ReasoningBlock } from './reasoning-block.tsx';
import type { EntryRow, Row } from './rows.ts';
import { RunLine } from './run-line.tsx';
import { ToolCard } from './tool-card.tsx';
import { UnderDay } from './under-day.ts';
import { UserMessage } from './user-message.tsx';
import { WorkingRow } from './working-row.tsx';

/** One row of the transcript. */
export function TranscriptRow({ row }: { readonly row: Row }) {
  switch (row.kind) {
    case 'entry': {
      const { kind: _, ...parts } = row;
      return <PlacedEntry {...parts} />;
    }
    case 'outbox':
      return <OutboxMessage item={row.item} />;
    case 'working':
      return <WorkingRow agents={row.agents} />;
    case 'forked':
      return <ForkedFrom chatId={row.chatId} />;
    case 'earlier':
      return <EarlierRow count={row.count} />;
  }
}

/** An entry in its place; what did not change is not drawn again. */
const PlacedEntry = memo(function PlacedEntry(row: Omit<EntryRow, 'kind'>) {
  return (
    <>
      {row.newDay ? <DayLine at={row.entry.at} /> : null}
      {row.unread ? <UnreadLine /> : null}
      <UnderDay value={row.underDay}>
        <InBranch branch={row.branch}>
          <DrawnEntry entry={row.entry} joined={row.joined} since={row.since} />
        </InBranch>
      </UnderDay>
    </>
  );
});

function DrawnEntry(props: { readonly entry: Entry; readonly joined: boolean; readonly since: string | undefined }) {
  const { entry, joined, since } = props;
  switch (entry.kind) {
    case 'user':
      return <UserMessage entry={entry} />;
    case 'agent':
      return <AgentMessage entry={entry} joined={joined} />;
    case 'reasoning':
      return <ReasoningBlock entry={entry} joined={joined} />;
    case 'tool':
      return <ToolCard entry={entry} joined={joined} />;
    case 'question':
      return <QuestionCard entry={entry} />;
    case 'handoff':
      return <HandoffLine entry={entry} />;
    case 'run':
      return <RunLine entry={entry} since={since} />;
    case 'guardrail':
      return <GuardrailLine entry={entry} />;
    case 'rejected':
      return <RejectedLine entry={entry} />;
  }
}
