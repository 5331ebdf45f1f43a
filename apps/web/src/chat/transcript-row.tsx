'use client';

import type { Entry } from '@colloquy/transcript';
import { memo } from 'react';
import { AgentMessage } from './agent-message.tsx';
import { EarlierRow } from './earlier-row.tsx';
import { GuardrailLine, HandoffLine, RejectedLine } from './lines.tsx';
import { OutboxMessage } from './outbox-message.tsx';
import { QuestionCard } from './question-card.tsx';
import { ReasoningBlock } from './reasoning-block.tsx';
import type { Row } from './rows.ts';
import { RunLine } from './run-line.tsx';
import { ToolCard } from './tool-card.tsx';
import { UserMessage } from './user-message.tsx';
import { WorkingRow } from './working-row.tsx';

/** One row of the transcript. */
export function TranscriptRow({ row }: { readonly row: Row }) {
  switch (row.kind) {
    case 'entry':
      return <EntryRow entry={row.entry} joined={row.joined} />;
    case 'outbox':
      return <OutboxMessage item={row.item} />;
    case 'working':
      return <WorkingRow agent={row.agent} />;
    case 'earlier':
      return <EarlierRow count={row.count} />;
  }
}

/** An entry that did not change is not drawn again. */
const EntryRow = memo(function EntryRow({ entry, joined }: { readonly entry: Entry; readonly joined: boolean }) {
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
      return <RunLine entry={entry} />;
    case 'guardrail':
      return <GuardrailLine entry={entry} />;
    case 'rejected':
      return <RejectedLine entry={entry} />;
  }
});
