import { createContextKey, type Context } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { TraceSettings } from './trace-settings.ts';

/** Set in the context of a span whose parent is what somebody outside says. */
export const OUTSIDE = createContextKey('colloquy outside');

/**
 * Who records what. A trace that came from outside is decided upon by the id alone: whoever asks us must not decide what
 * we keep, and edge and gateway, asked one after the other, come to the same answer. All that follows keeps it.
 */
export function samplerOf({ sampler, ratio }: Pick<TraceSettings, 'sampler' | 'ratio'>): Sampler {
  const root = rootOf(sampler, ratio);
  const inside = sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
  return {
    shouldSample: (context: Context, ...rest) =>
      (context.getValue(OUTSIDE) === true ? root : inside).shouldSample(context, ...rest),
    toString: () => sampler,
  };
}

function rootOf(sampler: TraceSettings['sampler'], ratio: number): Sampler {
  if (sampler.endsWith('traceidratio')) return new TraceIdRatioBasedSampler(ratio);
  return sampler.endsWith('always_off') ? new AlwaysOffSampler() : new AlwaysOnSampler();
}
