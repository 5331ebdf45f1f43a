import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { FirstCall } from './first-call.ts';

const AT = '2026-01-01T00:00:00.000Z';
const event = (type: string, more: object = {}) => ({ type, seq: 1, at: AT, runId: 'run', ...more }) as ChatEvent;
const LATER = Date.parse(AT) + 700;

describe('the first model call of a run', () => {
  it('is told how long the run has waited, once', () => {
    const first = new FirstCall();
    first.add(event('run_started'));
    expect([first.take(LATER), first.take(LATER)]).toEqual([700, undefined]);
  });

  it('says nothing when a person was asked before, or the run began elsewhere', () => {
    const first = new FirstCall();
    first.add(event('run_claimed'));
    expect(first.take(LATER)).toBeUndefined();
    first.add(event('run_started'));
    first.add(event('input_request'));
    expect(first.take(LATER)).toBeUndefined();
  });

  it('is that of the whole run: a child run begins none', () => {
    const first = new FirstCall();
    first.add(event('run_started'));
    first.take(LATER);
    first.add(event('run_started', { parentRunId: 'run' }));
    expect(first.take(LATER)).toBeUndefined();
  });
});
