import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorkflowFolders, faultsOf, TOOLS, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import type { LoadOptions } from './load-workflows.ts';

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

const ALL: LoadOptions = { tools: true };

const faults = (yaml: string, options = ALL, files: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  faultsOf(folders, { 'w/workflow.yaml': yaml, 'w/tools.ts': TOOLS, ...files }, options);

describe('what would be passed over in silence', () => {
  const agent = (more: string): string => `agents: [{ name: a, system_message: Hi, ${more} }]\n`;
  const PLAIN = agent('tools: []');

  it.each([
    [
      'http: { h: { description: D, url: "http://x/${TOOL_A}" } }',
      '"url" ${TOOL_…} is filled in only in headers and query',
    ],
    ['http: { h: { description: D, method: POST, url: "http://x", body: { a: ["${TOOL_A}"] } } }', '"body" ${TOOL_…}'],
    ['mcp: { m: { url: "http://x/?key=${TOOL_A}" } }', '"url" ${TOOL_…} is filled in only in headers:'],
    ['mcp: { m: { command: c, args: [x, "${TOOL_A}"] } }', '"args" ${TOOL_…} is filled in only in env:'],
  ])('a variable of the environment where none is filled in: %s', async (written, message) => {
    expect(await faults(`${PLAIN}${written}\n`)).toEqual([expect.stringContaining(message)]);
  });

  it('lets them stand where they are filled in, and other texts as they are', async () => {
    const http = 'h: { description: D, method: POST, url: "http://x", headers: { K: "${TOOL_A}" }, body: "${HOME}" }';
    expect(await faults(`${PLAIN}http: { ${http} }\nmcp: { m: { command: c, args: ["\${HOME}"] } }\n`)).toEqual([]);
  });

  it('flags of no regular expression', async () => {
    const message = expect.stringContaining('"flags" does nothing without "matches"');
    expect(await faults(agent('ends_on: [{ contains: x, flags: i }]'))).toEqual([message]);
    expect(await faults(agent('ends_on: [{ matches: x, flags: i }]'))).toEqual([]);
  });

  it('keywords of JSON Schema that nothing here follows, and all inside of those that it does', async () => {
    const found = await faults(
      agent(`output: { type: object, unevaluatedProperties: false, dependencies: {},
        dependentSchemas: { a: { typ: string } }, if: { pattern: "(" }, contentMediaType: text/plain,
        properties: { at: { format: dat }, to: { $ref: "#/$defs/none" }, who: { $anchor: x } },
        then: { else: {} }, maxContains: 2 }`),
    );
    expect(found.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      '"unevaluatedProperties" of JSON Schema is not followed here: use "additionalProperties"',
      '"dependencies" of JSON Schema is not followed here: use "dependentRequired" or "dependentSchemas"',
      '"typ" is no keyword of JSON Schema (did you mean "type"?)',
      expect.stringMatching(/^is no regular expression: .*Unterminated group/),
      '"contentMediaType" of JSON Schema is not followed here: say it in the "description"',
      expect.stringMatching(
        /^"dat" is not followed here \(did you mean "date"\?\); formats: date, time, .*; or use "pattern"$/,
      ),
      expect.stringMatching(/^"#\/\$defs\/none" leads nowhere: a reference is /),
      '"$anchor" of JSON Schema is not followed here: use "$defs" and "$ref"',
      '"else" does nothing without "if"',
      '"maxContains" does nothing without "contains"',
    ]);
  });

  it('the same in the arguments of HTTP tools, at the line where they stand', async () => {
    const http = (input: string): string =>
      `${agent('tools: [ask]')}http:\n  ask:\n    description: Asks\n    url: https://example.com/\n    input:\n      ${input}\n`;
    const first = '"contentEncoding" of JSON Schema is not followed here: say it in the "description"';
    expect(await faults(http('n: { type: string, contentEncoding: base64, optional: true }'))).toEqual([
      expect.stringMatching(new RegExp(`^\\d+:\\d+ ${first}`)),
    ]);
    expect(await faults(http('type: object\n      properties: { n: { format: colour } }'))).toEqual([
      expect.stringContaining('"colour" is not followed here'),
    ]);
    expect(await faults(http('n: { type: string, format: date, if: { const: x }, then: { minLength: 1 } }'))).toEqual(
      [],
    );
  });

  it('names that every JavaScript object has', async () => {
    expect(await faults(agent('tools: [toString, constructor]'))).toEqual([
      expect.stringContaining('there is no tool "toString"'),
      expect.stringContaining('there is no tool "constructor"'),
    ]);
    const schema = 'output: { type: object, properties: { a: {} }, required: [valueOf] }';
    expect(await faults(agent(schema))).toEqual([expect.stringContaining('there is no property "valueOf"')]);
  });
});
