import { textOf, type ChatMessage, type ChatRequest, type ChatTool } from './chat-request.ts';
import { isFilePart, readFiles, type GivenFile } from './read-files.ts';

/** What a tool answered. */
export interface ToolResult {
  readonly tool: string;
  readonly text: string;
}

/** A request as a script sees it. */
export interface Prompt {
  /** All system and developer messages. */
  readonly system: string;
  /** The last message of a person. */
  readonly lastUser: string;
  /** Files that came with it. */
  readonly files: readonly GivenFile[];
  /** All messages of people, the newest first. */
  readonly users: readonly string[];
  readonly tools: readonly ChatTool[];
  /** What tools answered since the last message of a person, oldest first. */
  readonly results: readonly ToolResult[];
  /** `title` when the caller says so in the request's metadata. */
  readonly purpose: string | undefined;
}

function toolNames(messages: readonly ChatMessage[]): Map<string, string> {
  const calls = messages.flatMap((message) => message.tool_calls ?? []);
  return new Map(calls.map((call) => [call.id, call.function.name]));
}

/** A message of role user that carries a name comes from another agent. */
function isPerson(message: ChatMessage): boolean {
  return message.role === 'user' && message['name'] === undefined;
}

/** What the person said, without the files that came with it: a script must not answer to what is in them. */
function wordsOf({ content }: ChatMessage): string {
  return textOf({ content: Array.isArray(content) ? content.filter((part) => !isFilePart(part)) : content });
}

/** Reads the messages of a request. */
export function readPrompt(request: ChatRequest): Prompt {
  const { messages } = request;
  const names = toolNames(messages);
  const lastUserAt = messages.findLastIndex(isPerson);
  const system = messages.filter((message) => message.role === 'system' || message.role === 'developer');
  const people = messages.filter(isPerson).reverse();
  const users = people.map(wordsOf);
  return {
    system: system.map(textOf).join('\n'),
    lastUser: users[0] ?? '',
    files: people[0] === undefined ? [] : readFiles(people[0]),
    users,
    tools: request.tool_choice === 'none' ? [] : (request.tools ?? []),
    results: messages
      .slice(lastUserAt + 1)
      .filter((message) => message.role === 'tool')
      .map((message) => ({ tool: names.get(message.tool_call_id ?? '') ?? '', text: textOf(message) })),
    purpose: request.metadata?.['purpose'],
  };
}
