import { z } from 'zod';
import { OpenAiError } from './open-ai-error.ts';

const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(textPart)]).nullish();

const toolCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  tool_calls: z.array(toolCall).nullish(),
  tool_call_id: z.string().optional(),
});

const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string(),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});

const chatRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()).optional() }).optional(),
    })
    .optional(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** The body of POST /v1/chat/completions, as far as the demo model reads it. */
export type ChatRequest = z.infer<typeof chatRequest>;
/** One message of a request. */
export type ChatMessage = ChatRequest['messages'][number];
/** One tool on offer. */
export type ChatTool = NonNullable<ChatRequest['tools']>[number];

/**
 * Checks a body.
 * @throws OpenAiError (400) that names the field.
 */
export function parseChatRequest(body: unknown): ChatRequest {
  const parsed = chatRequest.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const param = issue?.path.map(String).join('.') ?? null;
    const message = `Invalid value for '${param ?? ''}': ${issue?.message ?? 'the body is not a chat request'}.`;
    throw new OpenAiError({ status: 400, message, type: 'invalid_request_error', code: 'invalid_value', param });
  }
  const { tool_choice: choice, tools } = parsed.data;
  if (typeof choice === 'object' && !tools?.some((each) => each.function.name === choice.function.name)) {
    const message = `Invalid value for 'tool_choice': there is no tool '${choice.function.name}'.`;
    throw new OpenAiError({ status: 400, message, type: 'invalid_request_error', code: null, param: 'tool_choice' });
  }
  return parsed.data;
}

/** The text of a message, whatever form its content has. */
export function textOf(given: Pick<ChatMessage, 'content'>): string {
  if (typeof given.content === 'string') return given.content;
  return (given.content ?? []).map((part) => part.text ?? '').join('');
}
