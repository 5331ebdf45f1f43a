import { z } from 'zod';

const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(source, 'i');
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is no regular expression: ${String(error)}` });
    return z.NEVER;
  }
});

const line = z.strictObject({
  /** Only when a tool of this name has answered since the person's last message. */
  after: z.string().optional(),
  /** Only when that answer was a refusal or an error (true), or was not (false). */
  refused: z.boolean().optional(),
  /** Only when that answer held something (false) or nothing (true). */
  empty: z.boolean().optional(),
  /** Only when the person's words match. */
  said: pattern.optional(),
  /** Text to say; `{{query}}`, `{{quotes}}`, `{{order}}`, `{{amount}}`, `{{result}}` and `{{user}}` are filled in. */
  say: z.string().default(''),
  /** The tool to call then. */
  call: z.string().optional(),
  /** Hints for its arguments, filled in like `say`; the tool's own schema decides which are used. */
  arguments: z.record(z.string(), z.string()).default({}),
});

/** A script: for which agent it is, and what that agent says, the first line that fits. */
export const scriptSchema = z.strictObject({
  /** The tools that must all be on offer: agents are told apart by what they can do. */
  needs: z.array(z.string()).default([]),
  /** What the system prompt must match. */
  system: pattern.optional(),
  lines: z.array(line).min(1),
});

/** A checked script. */
export type Script = z.infer<typeof scriptSchema>;
/** One line of a script. */
export type ScriptLine = Script['lines'][number];
