import { describe, expect, it } from '@jest/globals';
import { CABLES, drawSchedule, INSTANCES, type Fault } from './schedule.ts';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
const NATS_NODES = [1, 3] as const;

/** From when until when a fault is made. */
const span = ({ at, lastsMs }: Fault): readonly [number, number] => [at, at + lastsMs];

describe('the schedule of faults', () => {
  it('follows from its wishes alone', () => {
    for (const natsNodes of NATS_NODES) {
      const wishes = { seed: 7, minutes: 10, natsNodes };
      expect(drawSchedule(wishes)).toEqual(drawSchedule(wishes));
      expect(drawSchedule(wishes)).not.toEqual(drawSchedule({ ...wishes, seed: 8 }));
    }
  });

  it('has at least 25 faults in ten minutes, so that four runs have a hundred, of every kind', () => {
    for (const seed of SEEDS) {
      const faults = drawSchedule({ seed, minutes: 10, natsNodes: 3 });
      expect(faults.length).toBeGreaterThan(50);
      const kinds = new Set(faults.map(({ kind }) => kind));
      const all = [
        'kill',
        'term',
        'hang',
        'cut',
        'half-open',
        'delay',
        'reset',
        'silent',
        'slow',
        'herd',
        'stack',
        'full',
      ];
      expect([...kinds].sort()).toEqual(all.sort());
    }
  });

  it('strikes only what there is, within the time', () => {
    for (const seed of SEEDS) {
      for (const natsNodes of NATS_NODES) {
        for (const fault of drawSchedule({ seed, minutes: 5, natsNodes })) {
          expect(fault.at).toBeLessThan(5 * 60_000);
          if ('cable' in fault) expect(fault.cable).toBeLessThan(CABLES);
          if (!('instance' in fault)) continue;
          const count = fault.name === 'nats' ? natsNodes : INSTANCES[fault.name];
          expect(fault.instance).toBeLessThanOrEqual(count ?? 0);
        }
      }
    }
  });

  it('never has two NATS nodes or two orchestrators away at once', () => {
    for (const seed of SEEDS) {
      const faults = drawSchedule({ seed, minutes: 10, natsNodes: 3 });
      for (const name of ['nats', 'orchestrator']) {
        const own = faults.filter((fault) => 'instance' in fault && fault.name === name).map(span);
        for (const [at, [from]] of own.entries()) expect(from).toBeGreaterThan(own[at - 1]?.[1] ?? 0);
      }
    }
  });

  it('lets nothing that is frozen reach into a whole-stack kill', () => {
    for (const seed of SEEDS) {
      const faults = drawSchedule({ seed, minutes: 10, natsNodes: 1 });
      const alone = faults.filter(({ kind }) => kind === 'stack' || kind === 'full').map(span);
      const hangs = faults.filter(({ kind }) => kind === 'hang').map(span);
      for (const [from, to] of alone) for (const hang of hangs) expect(hang[1] <= from || hang[0] >= to).toBe(true);
    }
  });
});
