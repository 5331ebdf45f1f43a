/** What one more commit costs in a long chat, and in a long run: it does not grow with them. */
import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { countWork } from '@colloquy/testing/count-work';
import { applyRunEvents, NO_RUNS } from './run-view.ts';

const at = '2026-01-01T00:00:00.000Z';

/** The events of a turn. */
const turn = (runId: string, nth: number): object[] => [
  { type: 'speaker_selected', runId, agent: nth % 2 === 0 ? 'planner' : 'writer', by: 'pattern' },
  { type: 'handoff', runId, from: 'planner', to: 'writer', by: 'model' },
  { type: 'context_updated', runId },
  { type: 'message_started', runId, agent: 'planner', messageId: `m${String(nth)}`, kind: 'text', purpose: 'reply' },
  { type: 'text', runId, agent: 'planner', messageId: `m${String(nth)}`, text: 'Words' },
  { type: 'usage', runId, agent: 'planner', model: 'big', purpose: 'reply', costMicroUsd: 1 },
];

const numbered = (events: readonly object[]): ChatEvent[] =>
  events.map((event, index) => ({ attempt: 1, ...event, seq: index + 1, at }) as unknown as ChatEvent);

const runId = (nth: number): string => `run-${String(nth)}`;
const ofRuns = (count: number): object[] =>
  Array.from({ length: count }, (_, nth) => [
    { type: 'run_started', runId: runId(nth), workflow: 'team' },
    ...turn(runId(nth), nth),
    { type: 'run_completed', runId: runId(nth), reason: { code: 'done', text: '' } },
  ]).flat();
const ofTurns = (count: number): object[] => [
  { type: 'run_started', runId: 'one', workflow: 'team' },
  ...Array.from({ length: count }, (_, nth) => turn('one', nth)).flat(),
];

/** What the last events cost after all others. */
function workOfLast(events: readonly ChatEvent[], last: number): number {
  const before = applyRunEvents(NO_RUNS, events.slice(0, -last));
  const added = events.slice(-last);
  return countWork(() => applyRunEvents(before, added)).items;
}

describe('one more commit', () => {
  it('costs the same in a chat of ten runs and of five thousand', () => {
    const [few, many] = [ofRuns(10), ofRuns(5_000)].map((events) => workOfLast(numbered(events), 8));
    expect(many).toBeLessThan((few ?? 0) + 500);
    expect(many).toBeLessThan(2_000);
  });

  it('costs the same in a run of ten turns and of five thousand', () => {
    const [few, many] = [ofTurns(10), ofTurns(5_000)].map((events) => workOfLast(numbered(events), 6));
    expect(many).toBeLessThan((few ?? 0) + 1_500);
    expect(many).toBeLessThan(3_000);
  });

  it('that takes runs back costs as much as it takes back', () => {
    const events = numbered([...ofRuns(5_000), { type: 'rewound', toSeq: 39_984, commandId: 'c' }]);
    expect(workOfLast(events, 1)).toBeLessThan(1_000);
    expect([...applyRunEvents(NO_RUNS, events).runs].filter(({ undone }) => undone)).toHaveLength(2);
  });
});
