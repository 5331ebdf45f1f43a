import { toolDefinitionSchema } from '@colloquy/contracts';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  defineTool,
  InvalidArgumentsError,
  isSteeringResult,
  isTool,
  isToolError,
  result,
  ToolError,
  toolDefinitionOf,
  type ToolContext,
} from './define-tool.ts';

const ctx: ToolContext = {
  chatId: 'c',
  runId: 'r',
  userId: 'u',
  agent: 'a',
  callId: 'k',
  idempotencyKey: 'k',
  attempt: 1,
  variables: {},
  signal: new AbortController().signal,
  workflowDir: '/',
  progress: () => undefined,
};

const named = (name: string) => ({ name, description: name, input: z.object({ a: z.number() }) });

describe('defineTool', () => {
  const add = defineTool({
    name: 'add',
    description: 'Adds',
    input: z.object({ a: z.number(), b: z.number().default(1) }),
    run: ({ a, b }, { callId }) => ({ sum: a + b, callId }),
  });

  it('checks the arguments, fills in defaults and runs', async () => {
    expect(await add.invoke({ a: 2 }, ctx)).toEqual({ sum: 3, callId: 'k' });
  });

  it('names each fault of the arguments', async () => {
    const failure = add.invoke({ a: 'x', b: 'y' }, ctx);
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentsError);
    await expect(failure).rejects.toThrow(/^a: .*; b: /);
    await expect(add.invoke('text', ctx)).rejects.toBeInstanceOf(InvalidArgumentsError);
  });

  it('is careful by default: not idempotent, asks after an interruption', () => {
    expect(add).toMatchObject({ idempotent: false, onInterrupted: 'ask', approval: 'none', timeoutMs: 60_000 });
    const look = defineTool({ ...named('look'), idempotent: true, run: () => null });
    expect(look).toMatchObject({ onInterrupted: 'retry' });
  });

  it('says of itself what its definition has, and nothing that was not said', () => {
    const settings = {
      idempotent: true,
      approvalWhen: 'args.a > 5',
      approvalSticky: true,
      retry: { attempts: 3, backoffMs: 10 },
      maxConcurrent: 2,
      maxResultLength: 1000,
    };
    const definition = toolDefinitionOf(defineTool({ ...named('look'), ...settings, run: () => null }));
    expect(toolDefinitionSchema.parse(definition)).toEqual({
      ...{ name: 'look', description: 'look', onInterrupted: 'retry', approval: 'required', timeoutMs: 60_000 },
      ...settings,
      inputSchema: expect.objectContaining({ type: 'object', required: ['a'] }),
    });
    expect(Object.keys(toolDefinitionOf(add)).sort()).toEqual(
      ['approval', 'description', 'idempotent', 'inputSchema', 'name', 'onInterrupted', 'timeoutMs'].sort(),
    );
  });

  it('knows its own', () => {
    expect(isTool(add)).toBe(true);
    expect([undefined, null, 'add', { name: 'add' }].some(isTool)).toBe(false);
  });
});

describe('result', () => {
  it('reads targets as people write them', () => {
    expect(result({ value: 1, target: 'billing' }).target).toEqual({ kind: 'agent', agent: 'billing' });
    expect(result({ value: 1, target: 'terminate' }).target).toEqual({ kind: 'terminate' });
    expect(isSteeringResult(result({ value: null, set: { a: 1 } }))).toBe(true);
    expect(isSteeringResult({ value: null })).toBe(false);
  });
});

describe('ToolError', () => {
  it('is known for what it is, also when another copy of this package made it', () => {
    expect(isToolError(new ToolError('No such order.'))).toBe(true);
    expect(isToolError({ message: 'x', [Symbol.for('colloquy.tool.error')]: true })).toBe(true);
    for (const other of [new Error('x'), 'x', null, undefined, {}]) expect(isToolError(other)).toBe(false);
  });
});
