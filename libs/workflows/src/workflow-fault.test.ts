import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { createWorkflowFolders, DESK, IMPORTS, TOOLS, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import { loadWorkflows, type LoadOptions } from './load-workflows.ts';
import { WorkflowFaultsError } from './workflow-fault.ts';

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

/** The faults of one workflow called w, as lines. */
async function faults(yaml: string, extra: Readonly<Record<string, string>> = {}, options: Partial<LoadOptions> = {}) {
  const dir = await folders.write({ 'w/workflow.yaml': yaml, ...extra });
  const error: unknown = await loadWorkflows(dir, { tools: false, ...options }).catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowFaultsError)) throw new Error(`expected faults, got ${String(error)}`);
  return error.message
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('every fault is listed by file and line', () => {
  it('of the shape', async () => {
    const found = await faults(`
titel: Desk
starters: Hello
pattern: roundrobin
agents:
  - name: bad name
    system_message: x
    colour: red
  - name: b
    tools: look
    handoffs: [{ to: a }]
limits:
  max_turns: 0
  deadline: soon
on_new_input: maybe
variables:
  "1st": x
`);
    expect(found).toEqual([
      'w/workflow.yaml:2:1 unknown key "titel"',
      'w/workflow.yaml:3:11 "starters" must be a list',
      'w/workflow.yaml:4:10 "pattern" must be one of: default, auto, round_robin, random, manual',
      'w/workflow.yaml:6:11 "name" must be 1 to 64 letters, digits, "_" or "-"',
      'w/workflow.yaml:8:5 unknown key "colour"',
      'w/workflow.yaml:9:5 "system_message" is missing',
      'w/workflow.yaml:10:12 "tools" must be a list',
      'w/workflow.yaml:11:16 "when" is missing',
      'w/workflow.yaml:13:14 "max_turns" must be at least 1',
      'w/workflow.yaml:14:13 "deadline" must be a time span such as 90s, 10m or 2h',
      'w/workflow.yaml:15:15 "on_new_input" must be one of: queue, interrupt, reject, steer',
      'w/workflow.yaml:17:3 "1st" must be letters, digits or "_" and not begin with a digit',
    ]);
  });

  it('of a pattern written out', async () => {
    const agents = 'agents: [{ name: a, system_message: Hi }]';
    expect(await faults(`${agents}\npattern: { kind: round_robin, rounds: 3 }`)).toEqual([
      'w/workflow.yaml:2:31 unknown key "rounds"',
    ]);
    expect(await faults(`${agents}\npattern: { kind: round_robin, max_rounds: 1.5 }`)).toEqual([
      'w/workflow.yaml:2:43 "max_rounds" must be a whole number',
    ]);
    expect(await faults(`${agents}\npattern: { kind: square }`)).toEqual([
      'w/workflow.yaml:2:18 "kind" must be one of: default, auto, round_robin, random, manual',
    ]);
  });

  it('of questions that expire', async () => {
    const found = await faults(`
initial_agent: a
questions: { expires_after: soon, on_expiry: panic }
agents:
  - { name: a, system_message: Hi, ask_person: true, questions: { expires_after: 10ms } }
tools:
  pay: { expires_after: 9000h }
`);
    expect(found).toEqual([
      'w/workflow.yaml:3:29 "expires_after" must be a time span such as 90s, 10m or 24h, or never',
      'w/workflow.yaml:3:46 "on_expiry" must be one of: go_on, end_run',
      'w/workflow.yaml:5:82 "expires_after" must be at least 1s and at most 8760h',
      'w/workflow.yaml:7:25 "expires_after" must be at least 1s and at most 8760h',
    ]);
    const senseless = await faults(`
agents:
  - { name: a, system_message: Hi, questions: { expires_after: 10m } }
  - { name: b, system_message: Hi, ask_person: true, questions: { default_answer: Yes please } }
  - name: c
    system_message: Hi
    ask_person: true
    questions: { expires_after: 1m, on_expiry: end_run, default_answer: Yes please }
pattern: round_robin
initial_agent: a
tools:
  pay: { expires_after: never, on_expiry: end_run }
`);
    expect(senseless).toEqual([
      'w/workflow.yaml:3:36 "a" asks nobody: set "ask_person: true", or remove "questions"',
      expect.stringMatching('w/workflow.yaml:4:83 "default_answer" does nothing without "expires_after"'),
      expect.stringMatching('w/workflow.yaml:8:73 the run ends when nobody answers'),
      expect.stringMatching('w/workflow.yaml:12:43 "on_expiry" does nothing without "expires_after"'),
    ]);
  });

  it('of the meaning', async () => {
    const found = await faults(
      `
initial_agent: nobody
agents:
  - name: a
    system_message: Hello {who} from {shop}.
    tools: [look, look, fly, transfer_to_b]
    parameters: { stream: false }
    handoffs:
      - { to: c, when: never }
      - { to: a, when: never }
      - { to: terminate, when: done }
      - { to: terminate, when: bored }
    after_work: d
  - name: a
    system_message: Hi
  - name: stay
    system_message: Hi
variables: { shop: Corner }
tools:
  swim: { approval: none }
limits: { budget_usd: 1 }
`,
      { 'w/tools.ts': TOOLS },
      { tools: true, prices: { hash: 'p', has: () => false }, modelName: () => 'gpt-x' },
    );
    expect(found).toEqual([
      'w/workflow.yaml:2:16 there is no agent "nobody"; agents: a, stay',
      expect.stringMatching('w/workflow.yaml:4:5 the price of the model "gpt-x" is not known'),
      'w/workflow.yaml:5:21 there is no variable "who"; variables: shop',
      'w/workflow.yaml:6:19 the tool "look" is listed twice',
      'w/workflow.yaml:6:25 there is no tool "fly"; tools.ts defines: look, pay',
      'w/workflow.yaml:6:30 "transfer_to_b" is a tool of the engine: use handoffs or ask_person',
      'w/workflow.yaml:7:19 "stream" is set by the call itself: remove it',
      'w/workflow.yaml:9:15 there is no agent "c"; agents: a, stay',
      'w/workflow.yaml:10:15 "a" hands over to itself',
      'w/workflow.yaml:12:15 there is already a handoff to "terminate": join their "when"',
      'w/workflow.yaml:13:17 there is no agent "d"; agents: a, stay',
      expect.stringMatching('w/workflow.yaml:14:5 the price'),
      'w/workflow.yaml:14:11 there is already an agent "a"',
      expect.stringMatching('w/workflow.yaml:16:5 the price'),
      'w/workflow.yaml:16:11 "stay" says where a turn goes and cannot be the name of an agent',
      'w/workflow.yaml:20:3 there is no tool "swim"; tools.ts defines: look, pay',
    ]);
  });

  it('of an agent that can never have a turn, unless a tool may give it one', async () => {
    const yaml = `
initial_agent: a
agents:
  - { name: a, system_message: Hi, tools: [look], after_work: b }
  - { name: b, system_message: Hi, handoffs: [{ to: a, when: asked }] }
  - { name: c, system_message: Hi }
`;
    expect(await faults(yaml)).toEqual(['w/workflow.yaml:6:13 nobody hands over to "c": it can never have a turn']);
    const dir = await folders.write({
      'w/workflow.yaml': `${yaml}tools: { look: { targets: [c] } }`,
      'w/tools.ts': TOOLS,
    });
    expect((await loadWorkflows(dir, { tools: true })).size).toBe(1);
  });

  it('of more than one agent and nobody to begin', async () => {
    expect(
      await faults('agents: [{ name: a, system_message: x, after_work: b }, { name: b, system_message: x }]'),
    ).toEqual(['w/workflow.yaml:1:1 "initial_agent" is missing: with more than one agent, say who begins']);
  });

  it('of the YAML itself, and of a file that is no map', async () => {
    expect(await faults('agents:\n  - name: a\n - name: b')).toEqual([
      expect.stringMatching(/^w\/workflow\.yaml:3:\d+ not valid YAML: /),
    ]);
    expect(await faults('title: a\ntitle: b')).toContain('w/workflow.yaml:2:1 not valid YAML: Map keys must be unique');
    expect(await faults('')).toEqual(['w/workflow.yaml:1:1 the file must be a map of keys and values']);
  });

  it('of every workflow at once', async () => {
    const bad = 'agents: []';
    expect(await faults(bad, { 'v/workflow.yaml': bad, 'bad name/workflow.yaml': DESK })).toEqual([
      'bad name/workflow.yaml:2:1 the folder name "bad name" must be 1 to 64 letters, digits, "_" or "-"',
      'v/workflow.yaml:1:9 "agents" must have at least one agent',
      'w/workflow.yaml:1:9 "agents" must have at least one agent',
    ]);
  });

  it('of tools.ts', async () => {
    const yaml = 'agents: [{ name: a, system_message: x }]';
    const broken = async (tools: string) => faults(yaml, { 'w/tools.ts': tools }, { tools: true });
    expect(await broken('throw new Error("no key")')).toEqual([
      expect.stringMatching(/^w\/tools\.ts:\d+:\d+ cannot be loaded: no key$/),
    ]);
    expect(await broken('export const tools = [{ name: "x" }]')).toEqual([
      'w/tools.ts:1:1 "tools" must be a list of what defineTool returned',
    ]);
    const tool = (name: string, input: string) =>
      `defineTool({ name: '${name}', description: 'x', input: ${input}, run: () => null })`;
    const found = await broken(
      `${IMPORTS} export const tools = [${tool('ask_person', 'z.object({})')}, ${tool('no dots.', 'z.object({})')},
       ${tool('x', 'z.object({})')}, ${tool('x', 'z.object({})')}, ${tool('when', 'z.object({ day: z.date() })')}];`,
    );
    expect(found).toEqual([
      'w/tools.ts:1:1 the tool name "ask_person" belongs to the engine',
      'w/tools.ts:1:1 the tool name "no dots." must be 1 to 64 letters, digits, "_" or "-"',
      'w/tools.ts:1:1 there are two tools "x"',
      'w/tools.ts:1:1 the input of the tool "when" cannot be told to a model: Date cannot be represented in JSON Schema',
    ]);
  });

  it('of the folder', async () => {
    const message = async (dir: string) =>
      loadWorkflows(dir, { tools: false }).then(
        () => 'loaded',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    expect(await message(path.join(await folders.write({}), 'nowhere'))).toMatch(
      /is no folder that can be read: WORKFLOWS_DIR/,
    );
    expect(await message(await folders.write({ 'a/notes.md': '' }))).toMatch(/has no workflow/);
    expect(await message(await folders.write({ 'a/workflow.yml': '' }))).toMatch(
      'a/workflow.yml:1:1 must be called workflow.yaml',
    );
  });
});
