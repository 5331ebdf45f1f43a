import { workflowDefinitionSchema } from '@colloquy/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorkflowFolders, DESK, TOOLS, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import { loadWorkflow, loadWorkflows } from './load-workflows.ts';
import { formatFault, WorkflowFaultsError } from './workflow-fault.ts';

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

describe('loadWorkflows', () => {
  it('resolves YAML and tools to a definition that the contract accepts', async () => {
    const dir = await folders.write({
      'desk/workflow.yaml': DESK,
      'desk/tools.ts': TOOLS,
      'other/readme.md': 'no workflow',
    });
    const workflows = await loadWorkflows(dir, { tools: true, prices: { hash: 'p1', has: () => true } });
    const desk = workflows.get('desk');
    expect([...workflows.keys()]).toEqual(['desk']);
    expect(workflowDefinitionSchema.parse(desk?.runnable?.definition)).toEqual(desk?.runnable?.definition);
    expect(desk?.runnable?.definition).toMatchObject({
      name: 'desk',
      pattern: { kind: 'default', initialAgent: 'first', afterWork: { kind: 'revert_to_user' } },
      agents: [
        {
          name: 'first',
          title: 'first',
          handoffs: [{ target: { kind: 'agent', agent: 'second' }, description: 'money' }],
        },
        { name: 'second', afterWork: { kind: 'terminate' }, askPerson: true, parameters: { temperature: 0.2 } },
      ],
      tools: [
        {
          name: 'look',
          idempotent: true,
          onInterrupted: 'retry',
          approval: 'none',
          timeoutMs: 60_000,
          inputSchema: {
            type: 'object',
            properties: { where: { type: 'string', description: 'A place' } },
            required: ['where'],
          },
        },
        { name: 'pay', idempotent: false, onInterrupted: 'ask', approval: 'required', timeoutMs: 120_000 },
      ],
      variables: { shop: 'Corner' },
      limits: { maxTurns: 7, maxToolCalls: 100, budgetMicroUsd: 250_000, deadlineMs: 600_000 },
      onNewInput: 'interrupt',
      titleModel: 'default',
      pricesHash: 'p1',
    });
    expect([...(desk?.runnable?.tools.keys() ?? [])]).toEqual(['look', 'pay']);
  });

  it('reads only the YAML for a gateway: tools.ts is never run', async () => {
    const dir = await folders.write({ 'desk/workflow.yaml': DESK, 'desk/tools.ts': 'throw new Error("must not run")' });
    const desk = (await loadWorkflows(dir, { tools: false })).get('desk');
    expect(desk?.runnable).toBeUndefined();
    expect(desk?.card).toEqual({
      name: 'desk',
      title: 'Desk',
      description: 'Answers.',
      starters: ['Hello'],
      onNewInput: 'interrupt',
      agents: [
        { name: 'first', title: 'first', description: '', tools: ['look'] },
        { name: 'second', title: 'Second', description: 'Money', model: 'gpt-x', tools: ['pay'] },
      ],
      graph: {
        pattern: 'default',
        first: 'first',
        edges: [
          { from: 'person', to: 'first', kind: 'pattern' },
          { from: 'first', to: 'second', kind: 'handoff', label: 'money' },
          { from: 'second', to: 'end', kind: 'after' },
        ],
      },
      budgetMicroUsd: 250_000,
    });
  });

  it('gives the same hash for the same definition, and another when anything changes', async () => {
    const hashOf = async (yaml: string) => {
      const dir = await folders.write({ 'desk/workflow.yaml': yaml, 'desk/tools.ts': TOOLS });
      return (await loadWorkflows(dir, { tools: true })).get('desk')?.runnable?.hash;
    };
    const hash = await hashOf(DESK);
    expect(hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await hashOf(`# a comment\n${DESK}`)).toBe(hash);
    expect(await hashOf(DESK.replace('You pay.', 'You pay now.'))).not.toBe(hash);
  });

  it('gives every question the nearest word about its expiry', async () => {
    const yaml = `
questions: { expires_after: 1h, default_answer: Whatever }
initial_agent: quiet
pattern: round_robin
agents:
  - { name: quiet, system_message: Hi, tools: [look, pay] }
  - { name: plain, system_message: Hi, ask_person: true }
  - { name: strict, system_message: Hi, ask_person: true, questions: { on_expiry: end_run } }
  - { name: patient, system_message: Hi, ask_person: true, questions: { expires_after: never } }
  - { name: beside, system_message: Hi, person: always, questions: { expires_after: 2h } }
tools:
  pay: { expires_after: 24h, on_expiry: end_run }
`;
    const dir = await folders.write({ 'w/workflow.yaml': yaml, 'w/tools.ts': TOOLS });
    const definition = (await loadWorkflows(dir, { tools: true })).get('w')?.runnable?.definition;
    const hour = { afterMs: 3_600_000, then: 'go_on' };
    expect(definition?.agents.map(({ questionExpiry }) => questionExpiry)).toEqual([
      undefined,
      { ...hour, defaultAnswer: 'Whatever' },
      { ...hour, then: 'end_run' },
      undefined,
      { ...hour, afterMs: 7_200_000, defaultAnswer: 'Whatever' },
    ]);
    // Who is to speak next is asked by the workflow itself.
    expect(definition?.questionExpiry).toEqual({ ...hour, defaultAnswer: 'Whatever' });
    expect(definition?.tools.map(({ name, questionExpiry }) => [name, questionExpiry])).toEqual([
      ['look', hour],
      ['pay', { afterMs: 86_400_000, then: 'end_run' }],
    ]);
  });

  it('has the models that an agent falls back to', async () => {
    const yaml =
      'agents: [{ name: a, system_message: Hi, model: { use: big, fallbacks: [small, default] } }, ' +
      '{ name: b, system_message: Hi, model: big }]\ninitial_agent: a\npattern: round_robin\n';
    const dir = await folders.write({ 'w/workflow.yaml': yaml });
    const definition = (await loadWorkflows(dir, { tools: true })).get('w')?.runnable?.definition;
    expect(definition?.agents).toMatchObject([{ model: 'big', fallbacks: ['small', 'default'] }, { model: 'big' }]);
    expect(definition?.agents[1]).not.toHaveProperty('fallbacks');
  });

  it('lets one agent alone be the first, and takes turns in round robin', async () => {
    const dir = await folders.write({
      'one/workflow.yaml': 'agents: [{ name: a, system_message: Hi }]',
      'two/workflow.yaml':
        'pattern: { kind: round_robin, max_rounds: 3 }\ninitial_agent: b\nagents: [{ name: a, system_message: Hi }, { name: b, system_message: Ho }]',
      'three/workflow.yaml':
        'pattern: round_robin\ninitial_agent: b\nagents: [{ name: a, system_message: Hi }, { name: b, system_message: Ho }]',
    });
    const workflows = await loadWorkflows(dir, { tools: true });
    const patterns = [...workflows.values()].map(({ name, runnable }) => [name, runnable?.definition.pattern]);
    expect(patterns).toEqual([
      ['one', { kind: 'default', initialAgent: 'a', afterWork: { kind: 'revert_to_user' } }],
      ['three', { kind: 'round_robin', initialAgent: 'b', maxRounds: 1 }],
      ['two', { kind: 'round_robin', initialAgent: 'b', maxRounds: 3 }],
    ]);
  });
});

/** What it threw, as lines. */
async function faultsOf(loading: Promise<unknown>): Promise<string[]> {
  const error: unknown = await loading.catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowFaultsError)) throw new Error('no faults', { cause: error });
  return error.faults.map(formatFault);
}

describe('loadWorkflow', () => {
  const GOOD = 'agents: [{ name: a, system_message: Hi }]';

  it('reads one workflow and runs nothing of its neighbours', async () => {
    const dir = await folders.write({
      'good/workflow.yaml': GOOD,
      'bad/workflow.yaml': 'agents: [',
      'loud/workflow.yaml': GOOD,
      'loud/tools.ts': 'globalThis.loudToolsWereRun = true;',
      'old/workflow.yml': GOOD,
    });
    expect((await loadWorkflow(dir, 'good', { tools: true })).runnable?.definition.name).toBe('good');
    expect(globalThis).not.toHaveProperty('loudToolsWereRun');
  });

  it('finds the faults of that one, whatever its folder is called', async () => {
    const dir = await folders.write({
      'old/workflow.yml': GOOD,
      '.hid/workflow.yaml': 'agents: 3',
      'no/readme.md': '',
    });
    const of = (name: string): Promise<string[]> => faultsOf(loadWorkflow(dir, name, { tools: true }));
    expect(await of('old')).toEqual(['old/workflow.yml:1:1 must be called workflow.yaml']);
    expect(await of('no')).toEqual(['no/workflow.yaml:1:1 is not there']);
    expect(await of('.hid')).toEqual([
      expect.stringContaining('the folder name ".hid" must be'),
      '.hid/workflow.yaml:1:9 "agents" must be a list',
    ]);
  });

  it('is one among others: a misnamed file is told beside the faults of the rest', async () => {
    const dir = await folders.write({ 'old/workflow.yml': GOOD, 'bad/workflow.yaml': 'agents: 3' });
    expect(await faultsOf(loadWorkflows(dir, { tools: true }))).toEqual([
      'bad/workflow.yaml:1:9 "agents" must be a list',
      'old/workflow.yml:1:1 must be called workflow.yaml',
    ]);
  });
});
