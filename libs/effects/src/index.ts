/** Performs steps: model calls and tools. */
export type { Effects, ModelCallContext, ModelFailure, ModelPiece, ToolCallContext } from './types.ts';
