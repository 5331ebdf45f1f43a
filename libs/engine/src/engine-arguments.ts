import type { Json } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { isEngineCall } from './engine-calls.ts';
import { argumentsOfCheck } from './guard-step.ts';
import { argumentsOfSummary } from './summaries.ts';
import type { OpenCall } from './types.ts';

/** What a call is run with. Of one that the engine makes that may be more than its call says: that is public. */
export function argumentsFor(context: Context, call: OpenCall): Json {
  if (!isEngineCall(call)) return call.arguments;
  return argumentsOfCheck(context, call) ?? argumentsOfSummary(context, call) ?? call.arguments;
}
