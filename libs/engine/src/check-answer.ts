/** Whether an answer fits its question; a form has a JSON Schema. */
import type { Json } from '@colloquy/contracts';
import { schemaFault } from './json-schema.ts';
import { canonicalText, field, jsonText } from './json-text.ts';
import type { OpenRequest } from './types.ts';

/** What is wrong with an answer, in words for the person; undefined when it fits. */
export function answerFault(request: OpenRequest, value: Json): string | undefined {
  switch (request.kind) {
    case 'approval':
      return typeof value === 'boolean' ? undefined : 'The answer must be true or false.';
    case 'text':
      return typeof value === 'string' ? undefined : 'The answer must be text.';
    case 'choice':
      return choiceFault(request.schema, value);
    case 'form':
      return schemaFault(request.schema, value, 'The answer');
  }
}

function choiceFault(schema: Json | undefined, value: Json): string | undefined {
  const options = field(schema, 'enum');
  if (!Array.isArray(options)) return typeof value === 'string' ? undefined : 'The answer must be text.';
  return oneOf(options, value) ? undefined : `The answer must be one of: ${options.map(jsonText).join(', ')}.`;
}

function oneOf(options: readonly Json[], value: Json): boolean {
  const wanted = canonicalText(value);
  return options.some((option) => canonicalText(option) === wanted);
}
