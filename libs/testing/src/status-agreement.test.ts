import { describe, expect, it } from '@jest/globals';
import { publicEvent } from '@colloquy/contracts';
import { evolve, initialState, statusOf } from '@colloquy/engine';
import { foldRecord } from '@colloquy/transcript';
import fc from 'fast-check';
import { randomLog } from './random-log.ts';

describe('P1: one record', () => {
  it('the chat document and the engine agree on the status after every commit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 150 }), (choices) => {
        let state = initialState;
        let header: ReturnType<typeof foldRecord>['header'];
        for (const placed of randomLog(choices)) {
          state = placed.commit.events.reduce(evolve, state);
          ({ header } = foldRecord(header, [placed], publicEvent));
          expect({ seq: header?.lastSeq, status: header?.status }).toEqual({
            seq: state.lastSeq,
            status: statusOf(state),
          });
        }
      }),
      { numRuns: 200 },
    );
  });
});
