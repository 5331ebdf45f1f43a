/** What an agent asks the person with ask_person, and what it learns of the answer. */
import type { Json, NewEvent } from '@colloquy/contracts';
import { failedResponse, type Context } from './context.ts';
import { field, fieldsOf } from './json-text.ts';
import { answerEvents } from './judge-result.ts';
import type { ModelTool, OpenCall, Question } from './types.ts';
import { ASK_PERSON } from './reserved-tools.ts';

/** The tool as a model is offered it. */
export const ASK_PERSON_TOOL: ModelTool = {
  name: ASK_PERSON,
  description: 'Ask the person a question and wait for the answer. Use it only when you cannot go on without it.',
  inputSchema: {
    type: 'object',
    properties: {
      question: { type: 'string', description: 'The question, complete in itself' },
      kind: {
        type: 'string',
        enum: ['text', 'approval', 'choice', 'form'],
        description: 'text: any words; approval: yes or no; choice: one of the options; form: several fields at once',
      },
      options: { type: 'array', items: { type: 'string' }, description: 'The answers to choose from, for a choice' },
      schema: {
        type: 'object',
        description:
          'JSON Schema of the answer, for a form: an object whose properties are the fields, each with a type, a title and, where it helps, a description or an enum',
      },
    },
    required: ['question'],
    additionalProperties: false,
  },
};

/** What to tell a model whose question is none. */
export const ASK_PERSON_NEEDS =
  'ask_person needs {"question": "…"}, for a choice a list of options, and for a form a schema with properties.';

/** The question of a call of ask_person; undefined when it is none. */
export function questionOf(call: OpenCall): Question | undefined {
  const prompt = argument(call, 'question');
  if (typeof prompt !== 'string' || prompt.trim() === '') return undefined;
  const about = { agent: call.agent, prompt, callId: call.callId };
  switch (kindOf(call)) {
    case 'choice': {
      const options = optionsOf(call);
      return options.length > 0 ? { kind: 'choice', schema: { enum: options }, ...about } : undefined;
    }
    case 'form': {
      const schema = formOf(call);
      return schema === undefined ? undefined : { kind: 'form', schema, ...about };
    }
    case 'approval':
      return { kind: 'approval', ...about };
    default:
      return { kind: 'text', ...about };
  }
}

/** Without a kind, what else is given tells it. */
function kindOf(call: OpenCall): Json {
  const kind = argument(call, 'kind');
  if (kind !== undefined) return kind;
  if (optionsOf(call).length > 0) return 'choice';
  return formOf(call) === undefined ? 'text' : 'form';
}

function optionsOf(call: OpenCall): string[] {
  const given = argument(call, 'options');
  return Array.isArray(given) ? given.filter((option) => typeof option === 'string') : [];
}

/** A form has fields: a schema of an object that names at least one. */
function formOf(call: OpenCall): Json | undefined {
  const schema = argument(call, 'schema');
  const { type = 'object', properties } = fieldsOf(schema);
  const hasFields = Object.keys(fieldsOf(properties)).length > 0;
  return type === 'object' && hasFields ? { ...fieldsOf(schema), type } : undefined;
}

function argument({ arguments: args }: OpenCall, name: string): Json | undefined {
  return field(args, name);
}

/**
 * What the agent learns, as guardrails leave it. A default stands for the answer; the agent is told whose it is.
 */
export function answeredEvents(
  context: Context,
  call: OpenCall,
  { by, value, comment }: NonNullable<OpenCall['answer']>,
): NewEvent[] {
  // Silence is no answer, and no yes or no either.
  if (by === 'expiry' && (value === null || typeof value === 'boolean')) {
    return [failedResponse(context.run, call, { code: 'expired', message: 'The person did not answer in time.' })];
  }
  const result: Json = comment === undefined ? value : { answer: value, comment };
  const { callId, agent, tool } = call;
  return answerEvents(context, { callId, agent, tool, result: { ok: true, result, ms: 0 } });
}
