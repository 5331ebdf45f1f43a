import type { Bench, Measured } from './bench.ts';
import { withFanOut } from './support/fan-out.ts';
import { withGateway } from './support/gateway.ts';
import { interleave } from './support/interleave.ts';

/** So that a delta is a frame of its own. */
const SHAPE = { viewers: 200, commits: 150, deltas: 1, perSecond: 50 };

async function run(): Promise<Measured> {
  return withGateway((gateway) =>
    withFanOut(gateway, SHAPE, async (fanOut) => {
      const ours = async (): Promise<number> => (await fanOut.ours()).perFrame;
      const { ratio, spread, ...compared } = await interleave({ ours, floor: () => fanOut.floor() });
      return { ratio, spread, parts: { 'frame µs': compared.ours, 'bare write µs': compared.floor } };
    }),
  );
}

/** CPU of a gateway for a frame that goes to one more of those who watch a chat. */
export const bench: Bench = { name: 'fan-out frame / bare socket write, CPU', goal: { atMost: 2 }, run };
