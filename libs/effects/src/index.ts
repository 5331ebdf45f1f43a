/** Performs steps: model calls and tools. */
export type {
  Effects,
  ModelCallContext,
  ModelFailure,
  ModelPiece,
  OpenFile,
  ToolCallContext,
  ToolFault,
} from './types.ts';
export { createEffects, type EffectsOptions } from './create-effects.ts';
export { traceEffects } from './trace-effects.ts';
export type { ModelLimits } from './call-model.ts';
export { createOutsideTools, type OutsideToolsOptions } from './outside/create-outside-tools.ts';
export type { ToolEnv } from './outside/read-tool-env.ts';
export { toolEnvFrom, type ToolEnvRead } from './outside/tool-env-from.ts';
export type { ToolLog } from './outside/tool-log.ts';
export { ModelError } from './model-error.ts';
export {
  DEMO_MODEL,
  modelSettingsFromEnv,
  resolveModelName,
  type ModelEnv,
  type ModelSettings,
} from './model-settings.ts';
export { loadPrices, parsePrices, type Prices, type TokenCounts } from './prices.ts';
