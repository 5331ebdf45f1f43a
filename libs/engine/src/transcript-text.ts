import { cut, jsonText } from './json-text.ts';
import type { ViewPart } from './growing-view.ts';
import type { ModelMessage } from './types.ts';
import { fileNote } from './with-files.ts';

/**
 * What was said, as one text for a model that takes no part in it. Of each message no more than `mostEach` UTF-16 code
 * units: one of them must not be more than a call can take.
 */
export function transcriptOf(parts: readonly ViewPart[], mostEach: number): string {
  return parts
    .flatMap(({ messages }) => messages)
    .map((message) => cut(lineOf(message), mostEach))
    .join('\n\n');
}

function lineOf(message: ModelMessage): string {
  switch (message.role) {
    case 'system':
      return message.content;
    case 'user': {
      const content = [message.content, ...(message.files ?? []).map(fileNote)].filter((part) => part !== '').join(' ');
      return message.name === undefined ? `Person: ${content}` : content;
    }
    case 'tool':
      return `Result: ${message.content}`;
    case 'assistant': {
      const calls = (message.toolCalls ?? []).map(
        ({ tool, arguments: args }) => `[uses ${tool} with ${jsonText(args)}]`,
      );
      return ['Agent:', message.content ?? '', ...calls].filter((part) => part !== '').join(' ');
    }
  }
}
