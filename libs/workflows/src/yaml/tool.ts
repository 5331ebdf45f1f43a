/** Settings for a tool, as they are written. */
import { z } from 'zod';
import { count, duration, expiresAfter, expression, onExpiry } from './scalars.ts';
import { targetYaml } from './target.ts';

const approvalYaml = z.union([
  z.enum(['none', 'required']),
  z.strictObject({
    when: expression.optional().meta({ description: 'Only while this is true; args.name is an argument' }),
    sticky: z.boolean().default(false).meta({ description: 'Once allowed, it is allowed for the rest of the run' }),
  }),
]);

const retryYaml = z.union([
  count,
  z.strictObject({
    attempts: count.meta({ description: 'Tries in all' }),
    backoff: duration.default('1s').meta({ description: 'Before the second try; doubles each time' }),
  }),
]);

/** Settings for a tool of tools.ts, of an MCP server, of an HTTP call or of a child. */
export const toolYaml = z.strictObject({
  approval: approvalYaml
    .optional()
    .meta({ description: 'none, required, or a map: { when: expression, sticky: true }' }),
  timeout: duration.optional(),
  idempotent: z.boolean().optional().meta({ description: 'Running it twice does no more than running it once' }),
  on_interrupted: z.enum(['retry', 'fail', 'ask']).optional().meta({
    description: 'What becomes of a call whose process died: run it again, fail it, or ask the person',
  }),
  retry: retryYaml.optional().meta({ description: 'Tries in all when it fails; only of an idempotent tool' }),
  max_concurrent: count.optional().meta({ description: 'Calls of it at once' }),
  max_result_length: count.optional().meta({ description: 'What is longer is cut, and says so' }),
  expires_after: expiresAfter.optional(),
  on_expiry: onExpiry.optional(),
  targets: z
    .array(targetYaml)
    .optional()
    .meta({ description: 'Where its result may give the turn to: these agents count as reachable' }),
});
/** Settings for a tool as they are written. */
export type ToolYaml = z.output<typeof toolYaml>;
