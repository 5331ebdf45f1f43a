import { workflowDefinitionSchema, type WorkflowDefinition } from '@colloquy/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createWorkflowFolders, IMPORTS, TOOLS, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import { loadWorkflow, loadWorkflows } from './load-workflows.ts';

const EVERYTHING = path.resolve(import.meta.dirname, '../../../e2e/workflows/everything');

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

async function definitionOf(yaml: string): Promise<WorkflowDefinition> {
  const dir = await folders.write({ 'w/workflow.yaml': yaml, 'w/tools.ts': TOOLS });
  const definition = (await loadWorkflows(dir, { tools: true })).get('w')?.runnable?.definition;
  if (definition === undefined) throw new Error('not loaded');
  // What the engine gets has gone through the bucket WORKFLOWS.
  return workflowDefinitionSchema.parse(JSON.parse(JSON.stringify(definition)));
}

/** The workflow with every feature, without what only a server could give. */
async function everything(): Promise<WorkflowDefinition> {
  const read = (file: string): Promise<string> => readFile(path.join(EVERYTHING, file), 'utf8');
  const yaml = (await read('workflow.yaml'))
    .replace(/^mcp:\n(?: .*\n)*/m, '')
    .replace(/^http:\n(?: .*\n)*/m, '')
    .replace('tools: [words_look_up, ping]', 'tools: []');
  const dir = await folders.write({
    'everything/workflow.yaml': yaml,
    'everything/plan.json': await read('plan.json'),
  });
  const tools = (await read('tools.ts'))
    .replace("'@colloquy/workflows'", `'${path.join(import.meta.dirname, 'define-tool.ts')}'`)
    .replace("'zod'", `'${path.join(import.meta.dirname, '../node_modules/zod/index.js')}'`);
  await writeFile(path.join(dir, 'everything/tools.ts'), tools);
  const definition = (await loadWorkflows(dir, { tools: true })).get('everything')?.runnable?.definition;
  return workflowDefinitionSchema.parse(definition);
}

describe('a definition', () => {
  it('has every part of a workflow that uses every feature', async () => {
    const definition = await everything();
    expect(definition).toMatchObject({
      pattern: {
        kind: 'default',
        introductions: true,
        maxRounds: 10,
        afterWork: { kind: 'revert_to_user' },
        afterWorks: [{ when: 'stage == "never"', target: { kind: 'terminate' } }],
      },
      endsOn: [{ kind: 'contains', text: 'nothing is left' }],
      summary: { kind: 'function', tool: 'shorten' },
      onNewInput: 'steer',
      limits: {
        chatBudgetMicroUsd: 10_000_000,
        chatBudgetTokens: 2_000_000,
        maxRepeatedCalls: 6,
        maxRepeatedHandoffs: 12,
      },
    });
    const agent = (name: string) => definition.agents.find((one) => one.name === name);
    expect(agent('intake')).toMatchObject({
      updates: [{ when: 'stage == ""', set: { stage: "'begun'", visits: 'visits + 1' } }],
      handoffs: [
        { target: { kind: 'agent', agent: 'planner' }, available: 'stage == "begun"' },
        { target: { kind: 'random', candidates: ['planner', 'writer'] } },
      ],
      maxReplies: 3,
    });
    expect(agent('planner')?.output).toMatchObject({ schema: { required: ['steps'] }, maxRetries: 1, saveTo: 'plan' });
    expect(agent('planner')).toMatchObject({
      afterWorks: [
        { when: 'plan == null', target: { kind: 'stay' } },
        { available: 'visits > 0', target: { kind: 'child', child: 'study' } },
      ],
    });
    expect(agent('planner')?.afterWork).toBeUndefined();
    expect(agent('debater')?.endsOn).toEqual([
      { kind: 'matches', pattern: String.raw`\bsettled\b`, flags: 'i' },
      { kind: 'when', when: 'stage == "settled"' },
    ]);
    expect(agent('writer')).toMatchObject({
      afterWork: { kind: 'function', tool: 'pick_next' },
      context: { maxTokens: 6000, keepLast: 4, summarize: true, model: 'default' },
    });
    expect(agent('reviewer')).toMatchObject({
      person: 'on_end',
      contextHandoffs: [{ when: 'drafts < 3', available: 'drafts > 0', target: { kind: 'agent', agent: 'writer' } }],
    });
  });

  it('has its child runs, and offers as a tool those that an agent names', async () => {
    const { children = [], tools } = await everything();
    expect(children.map(({ name, mode, branches }) => [name, mode, branches.map((branch) => branch.name)])).toEqual([
      ['study', 'all', ['one', 'two']],
      ['debate', 'sequence', ['opening', 'choosing', 'chance']],
    ]);
    expect(children[0]).toMatchObject({ then: { kind: 'agent', agent: 'writer' } });
    expect(children[0]?.branches[0]).toMatchObject({ maxTurns: 3, budgetMicroUsd: 500_000, history: 'none' });
    expect(children[1]?.branches[1]).toMatchObject({
      pattern: { kind: 'auto', initialAgent: 'debater', mayRepeat: false, maxRetries: 1 },
      history: 'all',
      carryover: 'last',
      summary: { kind: 'model', instruction: 'Say who won' },
    });
    const tool = (name: string) => tools.find((one) => one.name === name);
    expect(tool('debate')).toMatchObject({ source: { kind: 'child', child: 'debate' }, onInterrupted: 'retry' });
    expect(tool('study')).toBeUndefined();
    expect(tool('pick_next')).toBeDefined();
    expect(tool('pay')).toMatchObject({
      approval: 'required',
      approvalWhen: 'args.amount > limit',
      approvalSticky: true,
    });
    expect(tool('look_up')).toMatchObject({
      retry: { attempts: 2, backoffMs: 100 },
      maxConcurrent: 1,
      maxResultLength: 2000,
    });
  });

  it('has of an approval only what the workflow says, once it says anything', async () => {
    const careful = `${IMPORTS}
export const pay = defineTool({
  name: 'pay', description: 'Pays', input: z.object({ amount: z.number() }), run: () => undefined,
  approvalWhen: 'args.amount > 100', approvalSticky: true,
});`;
    const approvalOf = async (settings: string) => {
      const yaml = `agents: [{ name: a, system_message: Hi, tools: [pay] }]\n${settings}`;
      const dir = await folders.write({ 'w/workflow.yaml': yaml, 'w/tools.ts': careful });
      const [tool] = (await loadWorkflow(dir, 'w', { tools: true })).runnable?.definition.tools ?? [];
      return [tool?.approval, tool?.approvalWhen, tool?.approvalSticky];
    };
    expect(await approvalOf('')).toEqual(['required', 'args.amount > 100', true]);
    expect(await approvalOf('tools: { pay: { timeout: 5s } }')).toEqual(['required', 'args.amount > 100', true]);
    expect(await approvalOf('tools: { pay: { approval: required } }')).toEqual(['required', undefined, undefined]);
    expect(await approvalOf('tools: { pay: { approval: none } }')).toEqual(['none', undefined, undefined]);
    expect(await approvalOf('tools: { pay: { approval: {} } }')).toEqual(['required', undefined, false]);
    expect(await approvalOf('tools: { pay: { approval: { when: args.amount > 5 } } }')).toEqual([
      'required',
      'args.amount > 5',
      false,
    ]);
  });

  it('has its guardrails', async () => {
    const { guardrails = [] } = await everything();
    expect(guardrails.map(({ name, check, action }) => [name, check.kind, action])).toEqual([
      ['no_cards', 'regex', 'mask'],
      ['polite', 'regex', 'rewrite'],
      ['sane', 'model', 'redirect'],
      ['small', 'function', 'stop'],
      ['no_secret_results', 'regex', 'rewrite'],
    ]);
    expect(guardrails[2]).toMatchObject({
      target: { kind: 'agent', agent: 'reviewer' },
      available: 'stage == "judged"',
    });
  });

  it('tells a child that is a tool what its task is', async () => {
    const definition = await definitionOf(`initial_agent: a
agents:
  - { name: a, system_message: Hi, tools: [inner] }
  - { name: b, system_message: Ho }
children:
  inner: { agents: [b], description: Does it }
`);
    expect(definition.children?.[0]?.branches[0]).toMatchObject({ name: 'inner', message: '{args.task}' });
    expect(definition.tools).toMatchObject([
      { name: 'inner', description: 'Does it', inputSchema: { required: ['task'] } },
    ]);
  });

  it('says every target in the words of the file', async () => {
    const written = [
      'terminate',
      'stay',
      'user',
      'revert_to_user',
      'ask_user',
      'group_manager',
      'random',
      'child:c',
      'function:look',
      'a',
    ];
    const targets = [
      ...written,
      '{ random: [a] }',
      '{ ask_user: [a, user] }',
      '{ group_manager: { instruction: By age } }',
    ];
    const definition = await definitionOf(
      `agents:
  - name: a
    system_message: Hi
    after_work:
${targets.map((target) => `      - { to: ${target}, when: 'true' }`).join('\n')}
children: { c: { agents: [b] } }
`.replace('children', '  - { name: b, system_message: Ho }\ninitial_agent: a\nchildren'),
    );
    expect(definition.agents[0]?.afterWorks?.map(({ target }) => target)).toEqual([
      { kind: 'terminate' },
      { kind: 'stay' },
      { kind: 'revert_to_user' },
      { kind: 'revert_to_user' },
      { kind: 'ask_user' },
      { kind: 'group_manager' },
      { kind: 'random' },
      { kind: 'child', child: 'c' },
      { kind: 'function', tool: 'look' },
      { kind: 'agent', agent: 'a' },
      { kind: 'random', candidates: ['a'] },
      { kind: 'ask_user', candidates: ['a', 'user'] },
      { kind: 'group_manager', instruction: 'By age' },
    ]);
  });
});
