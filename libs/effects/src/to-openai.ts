import type { Json } from '@colloquy/contracts';
import type { ModelMessage, ModelRequest } from '@colloquy/engine';
import { contentOf } from './file-parts.ts';
import type { FileContents } from './load-files.ts';
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionFunctionTool,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

/**
 * Our messages as OpenAI's. Invariants, since a request that breaks them is refused and the chat would be stuck:
 * 1. every name is 1 to 64 letters, digits, `_` or `-`;
 * 2. every tool call is followed by exactly one result, and every result follows its call;
 * 3. arguments are the JSON of an object.
 */
export function toOpenAiMessages(
  messages: readonly ModelMessage[],
  files?: FileContents,
): ChatCompletionMessageParam[] {
  const results = new Map(messages.flatMap((message) => (message.role === 'tool' ? [[message.callId, message]] : [])));
  return messages.flatMap((message) => {
    switch (message.role) {
      case 'system':
        return [{ role: 'system', content: message.content, ...nameOf(message.name) }];
      case 'user':
        return [
          { role: 'user', content: contentOf(message.content, message.files ?? [], files), ...nameOf(message.name) },
        ];
      case 'assistant':
        return fromAssistant(message, results);
      case 'tool':
        return []; // placed after its call
    }
  });
}

type AssistantMessage = Extract<ModelMessage, { role: 'assistant' }>;
type ToolMessage = Extract<ModelMessage, { role: 'tool' }>;

function fromAssistant(
  message: AssistantMessage,
  results: ReadonlyMap<string, ToolMessage>,
): ChatCompletionMessageParam[] {
  const calls = message.toolCalls ?? [];
  if (calls.length === 0)
    return message.content === null ? [] : [{ role: 'assistant', content: message.content, ...nameOf(message.name) }];
  return [
    {
      role: 'assistant',
      content: message.content,
      ...nameOf(message.name),
      tool_calls: calls.map(({ callId, tool, arguments: args }) => ({
        id: callId,
        type: 'function',
        function: { name: openAiName(tool), arguments: argumentText(args) },
      })),
    },
    ...calls.map(({ callId }): ChatCompletionMessageParam => ({
      role: 'tool',
      tool_call_id: callId,
      content: results.get(callId)?.content ?? 'There is no result.',
    })),
  ];
}

const nameOf = (name: string | undefined): { name?: string } => (name === undefined ? {} : { name: openAiName(name) });

/** A name that the API takes. */
export function openAiName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'unnamed';
}

/** Servers that render the arguments into a prompt refuse what is not an object. */
function argumentText(args: Json): string {
  const isObject = typeof args === 'object' && args !== null && !Array.isArray(args);
  return JSON.stringify(isObject ? args : { not_an_object: args });
}

/** The whole request for `model`; without `files` those of its messages are named only. What a workflow sets as parameters cannot replace what the call itself sets. */
export function toOpenAiRequest(
  request: ModelRequest,
  model: string,
  files?: FileContents,
): ChatCompletionCreateParamsStreaming {
  const tools = request.tools.map((tool): ChatCompletionFunctionTool => ({
    type: 'function',
    function: { name: openAiName(tool.name), description: tool.description, parameters: { ...tool.inputSchema } },
  }));
  return {
    ...request.parameters,
    model,
    messages: toOpenAiMessages(request.messages, files),
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length === 0 ? {} : { tools }),
    ...(request.forceTool === undefined
      ? {}
      : { tool_choice: { type: 'function', function: { name: openAiName(request.forceTool) } } }),
    ...formatOf(request),
  };
}

function formatOf({ responseFormat }: ModelRequest): Pick<ChatCompletionCreateParamsStreaming, 'response_format'> {
  if (responseFormat === undefined) return {};
  const { name, schema, strict } = responseFormat;
  return { response_format: { type: 'json_schema', json_schema: { name: openAiName(name), schema, strict } } };
}
