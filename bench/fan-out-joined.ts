import type { Bench, Measured } from './bench.ts';
import { withFanOut } from './support/fan-out.ts';
import { withGateway } from './support/gateway.ts';
import { interleave } from './support/interleave.ts';

/** As when a fast model is joined into commits: ten deltas are one frame. */
const SHAPE = { viewers: 200, commits: 150, deltas: 10, perSecond: 50 };

async function run(): Promise<Measured> {
  return withGateway((gateway) =>
    withFanOut(gateway, SHAPE, async (fanOut) => {
      const ours = async (): Promise<number> => (await fanOut.ours()).perDelta;
      const { ratio, spread, ...compared } = await interleave({ ours, floor: () => fanOut.floor() });
      return { ratio, spread, parts: { 'delta µs': compared.ours, 'bare write µs': compared.floor } };
    }),
  );
}

/** CPU of a gateway for a delta that goes, with nine others, to one more of those who watch a chat. */
export const bench: Bench = {
  name: 'fan-out delta of ten in a frame / bare socket write, CPU',
  goal: { atMost: 0.3 },
  run,
};
