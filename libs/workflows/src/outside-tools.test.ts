import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTool } from './define-tool.ts';
import { createWorkflowFolders, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import { fillIn, httpToolInput, namedInBody } from './http-tool-input.ts';
import { loadWorkflows, type RunnableWorkflow } from './load-workflows.ts';
import { mcpToolName, serverOfTool } from './mcp-tool-name.ts';
import type { OutsideTools, OutsideToolsOf } from './outside-tools.ts';
import { WorkflowFaultsError } from './workflow-fault.ts';

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

const yaml = (tools: string, more: string): string =>
  `agents:\n  - name: clerk\n    system_message: You help.\n    tools: [${tools}]\n${more}`;
const MCP = 'mcp:\n  lab: { command: lab-server }\n';

async function faults(text: string): Promise<string[]> {
  const dir = await folders.write({ 'desk/workflow.yaml': text });
  try {
    await loadWorkflows(dir, { tools: true });
    return [];
  } catch (error) {
    if (!(error instanceof WorkflowFaultsError)) throw error;
    return error.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}

/** Servers whose tools a test decides. */
function fakeOutside(names: string[]) {
  const listeners: (() => void)[] = [];
  const opened: OutsideToolsOf[] = [];
  const state = { names, missing: [] as string[] };
  const toolOf = (name: string) =>
    createTool({
      name: `lab_${name}`,
      description: '',
      source: { kind: 'mcp', server: 'lab', tool: name },
      inputSchema: () => ({ type: 'object' }),
      invoke: async () => name,
    });
  const outside: OutsideTools = {
    async open(of) {
      opened.push(of);
      return {
        get tools() {
          return 'lab' in of.settings.mcp ? state.names.map(toolOf) : [];
        },
        get missing() {
          return 'lab' in of.settings.mcp ? state.missing : [];
        },
        onChange: (listener) => void listeners.push(listener),
        find: ({ source }) => (source?.kind === 'mcp' ? toolOf(source.tool) : undefined),
      };
    },
  };
  const change = (next: Partial<typeof state>) => {
    Object.assign(state, next);
    for (const listener of listeners) listener();
  };
  return { outside, opened, change };
}

describe('a workflow with tools from outside', () => {
  const load = async (text: string, fake: ReturnType<typeof fakeOutside>) => {
    const dir = await folders.write({ 'desk/workflow.yaml': text, 'other/workflow.yaml': yaml('', '') });
    const workflows = await loadWorkflows(dir, { tools: true, outside: fake.outside });
    const desk = workflows.get('desk');
    if (desk === undefined) throw new Error('no desk');
    return { desk, other: workflows.get('other') };
  };

  it('is read by a gateway without anything being opened', async () => {
    const dir = await folders.write({ 'desk/workflow.yaml': yaml('lab_add', MCP) });
    const desk = (await loadWorkflows(dir, { tools: false })).get('desk');
    expect(desk).toMatchObject({ name: 'desk', card: { name: 'desk' } });
    expect(desk?.runnable).toBeUndefined();
  });

  it('is checked without them, and cannot be started then', async () => {
    const dir = await folders.write({ 'desk/workflow.yaml': yaml('lab_add', MCP) });
    const desk = (await loadWorkflows(dir, { tools: true })).get('desk');
    expect(desk?.runnable).toBeUndefined();
    expect(desk?.unavailable).toBe('Its tools from outside were not opened: lab.');
  });

  it('has in its definition what its server has now, and its agents what <server>_* means now', async () => {
    const fake = fakeOutside(['add', 'take']);
    const { desk } = await load(yaml('"lab_*"', MCP), fake);
    expect(fake.opened.map(({ workflow }) => workflow)).toContain('desk');
    const now = (): RunnableWorkflow => {
      if (desk.runnable === undefined) throw new Error(desk.unavailable);
      return desk.runnable;
    };
    const before = now();
    expect(before.definition.agents[0]?.tools).toEqual(['lab_add', 'lab_take']);
    expect(before.definition.tools.map(({ source }) => source)).toEqual([
      { kind: 'mcp', server: 'lab', tool: 'add' },
      { kind: 'mcp', server: 'lab', tool: 'take' },
    ]);
    fake.change({ names: ['add'] });
    expect(now().definition.agents[0]?.tools).toEqual(['lab_add']);
    expect(now().hash).not.toBe(before.hash);
    const [, gone] = before.definition.tools;
    expect(gone && desk.findTool?.(gone)?.name).toBe('lab_take');
  });

  it('has the same hash however its server orders what it lists', async () => {
    const fake = fakeOutside(['add', 'take', 'Zap']);
    const { desk } = await load(yaml('"lab_*"', MCP), fake);
    const before = desk.runnable?.hash;
    fake.change({ names: ['take', 'Zap', 'add'] });
    expect([desk.runnable?.hash, before]).toEqual([before, expect.any(String)]);
  });

  it('cannot be started while something is missing; the others do not care, and it can when that is there', async () => {
    const fake = fakeOutside([]);
    fake.change({ missing: ['The MCP server "lab" is not there.'] });
    const { desk, other } = await load(yaml('lab_add', MCP), fake);
    expect([desk.runnable, desk.unavailable]).toEqual([undefined, expect.stringMatching(/"lab" is not there/)]);
    expect(other?.runnable?.definition.name).toBe('other');
    fake.change({ missing: [], names: ['add'] });
    expect([desk.runnable?.definition.tools.length, desk.unavailable]).toEqual([1, undefined]);
    fake.change({ names: ['take'] });
    expect(desk.unavailable).toBe('The MCP server "lab" has no tool "lab_add".');
  });
});

describe('the checks of mcp and http', () => {
  it('name every fault with its place', async () => {
    const text = yaml(
      '"none_*", call',
      `http:
  call:
    description: Calls
    url: https://example.com/{who}
    method: GET
    query: { q: "{what}" }
    body: { a: ["{deep}"] }
    input: { id: integer }
  odd: { description: x, url: "https://example.com/", input: { n: numbr } }
tools:
  post: { retry: 3 }
`.replace('  odd:', '  post: { description: x, method: POST, url: "https://example.com/" }\n  odd:'),
    );
    expect(await faults(text)).toEqual([
      '4:13 there is no MCP server "none" under "mcp"',
      '8:10 there is no argument "who"; "input" has: id',
      '10:17 there is no argument "what"; "input" has: id',
      '11:5 a GET has no body: use "query", or another method',
      '11:11 there is no argument "deep"; "input" has: id',
      expect.stringMatching(/^14:.*is no description of arguments: "n" must be string, number/),
      '16:18 "post" is not idempotent: a second try could be a second effect',
    ]);
  });

  it('refuse an argument of the path that may be left out; one with a default may, and one of the query', async () => {
    const call = (url: string, input: string): string =>
      yaml('call', `http:\n  call:\n    description: x\n    url: "https://a.b/${url}"\n    input: ${input}\n`);
    const message = '8:10 the path needs "id": it may not be left out';
    expect(await faults(call('{id}', '{ id: string? }'))).toEqual([message]);
    expect(await faults(call('{id}', '{ id: { type: string, optional: true } }'))).toEqual([message]);
    expect(await faults(call('{id}', '{ type: object, properties: { id: { type: string } } }'))).toEqual([message]);
    expect(await faults(call('{id}', '{ id: { type: string, default: all } }'))).toEqual([]);
    expect(await faults(call('?q={id}', '{ id: string? }'))).toEqual([]);
  });

  it.each([
    ['a variable that is not for tools', 'mcp:\n  lab: { command: x, env: { KEY: OPENAI_API_KEY } }\n', /TOOL_/],
    ['one in a header', 'mcp:\n  lab: { url: "http://a", headers: { X: "${NATS_URL}" } }\n', /TOOL_/],
    ['an argument in the host', 'http:\n  a: { description: x, url: "https://{host}/" }\n', /host has no/],
    ['a password in the address', 'http:\n  a: { description: x, url: "https://me:pw@host/" }\n', /address/],
  ])('refuse %s', async (...[, more, message]) => {
    expect((await faults(yaml('', more))).join('\n')).toMatch(message);
  });
});

describe('mcpToolName', () => {
  it('is what every provider takes, and never the same for two', () => {
    expect(mcpToolName('lab', 'add')).toBe('lab_add');
    const odd = ['who am i', 'who.am.i', 'who/am/i', 'x'.repeat(80), `${'x'.repeat(80)}y`].map((name) =>
      mcpToolName('lab', name),
    );
    expect(new Set(odd).size).toBe(5);
    for (const name of odd) expect(name).toMatch(/^lab_[A-Za-z0-9_-]{1,60}$/);
    expect(serverOfTool('lab_two_add', ['lab', 'lab_two'])).toBe('lab_two');
    expect(serverOfTool('label', ['lab'])).toBeUndefined();
  });
});

describe('httpToolInput', () => {
  it('reads the short form and a JSON Schema', () => {
    const { schema, names, check } = httpToolInput({ id: 'integer', q: 'string?', kind: { enum: ['a', 'b'] } });
    expect(schema).toMatchObject({ required: ['id', 'kind'], additionalProperties: false });
    expect(names).toEqual(['id', 'q', 'kind']);
    expect(check.safeParse({ id: 1, kind: 'a' }).success).toBe(true);
    expect(check.safeParse({ id: 1.5, kind: 'c', x: 1 }).error?.issues).toMatchObject([
      { message: '"id" must be integer.' },
    ]);
    const dependent = { type: 'object', properties: { a: { default: 1 } }, dependentRequired: { a: ['b'] } };
    expect(httpToolInput(dependent).check.safeParse({ b: 2 }).data).toEqual({ a: 1, b: 2 });
    expect(httpToolInput(dependent).check.safeParse({}).success).toBe(false);
    const whole = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
    expect(httpToolInput(whole)).toMatchObject({ schema: whole, names: ['a'] });
    expect(() => httpToolInput({ type: 'object', properties: 3 })).toThrow(/properties/);
    expect(() => httpToolInput({ a: 7 })).toThrow(/"a" must be/);
  });

  it('tells arguments from variables of the environment', () => {
    expect(fillIn('{a}-${TOOL_B}-{c}', (name) => name.toUpperCase())).toBe('A-${TOOL_B}-C');
    expect(namedInBody({ a: ['{x}', { b: 'y {z}' }], c: 1, d: null })).toEqual(['x', 'z']);
  });
});
