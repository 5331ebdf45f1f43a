import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../paths.ts';
import type { OpsContext } from './ops-command.ts';
import { runOps } from './run-ops.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-check-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
}

describe('npm run ops -- workflow graph and check', () => {
  async function ops(args: readonly string[], options: NonNullable<OpsContext['options']> = {}): Promise<string> {
    const lines: string[] = [];
    const print = (line: string): number => lines.push(line);
    await runOps({ args: ['workflow', ...args], env: {}, cwd: root, dataDir: folder, print, options });
    return lines.join('\n');
  }

  it('draws who hands over to whom, for Mermaid or Graphviz', async () => {
    const drawn = await ops(['graph', 'support-desk']);
    expect(drawn).toContain('flowchart TD');
    expect(drawn).toContain('  agent_billing["Billing"]');
    expect(drawn).toContain('  tool_refund_order{{"refund_order (asks first)"}}');
    expect(drawn).toMatch(/agent_triage -->\|"It is about an order[^"]*"\| agent_billing/);
    expect(drawn).toContain('agent_billing -.-> tool_lookup_order');
    const dot = await ops(['graph', 'support-desk'], { format: 'dot' });
    expect(dot).toMatch(/^digraph "Support desk" \{[^]*"agent_billing" -> "tool_refund_order" \[style=dotted/);
    await expect(ops(['graph', 'support-desk'], { format: 'png' })).rejects.toThrow('mermaid, dot');
  });

  it('draws children, choices and conditions', async () => {
    const dir = join(folder, 'team');
    await mkdir(dir);
    await writeFile(
      join(dir, 'workflow.yaml'),
      `initial_agent: a
agents:
  - { name: a, system_message: Hi, after_work: [{ when: done, to: terminate }, { to: child:both }] }
  - { name: b, description: B, system_message: Hi, context_handoffs: [{ when: done, to: a }] }
  - { name: c, description: C, system_message: Hi }
children:
  both: { mode: all, then: a, branches: [{ name: one, agents: [b] }, { name: two, agents: [b, c], pattern: auto }] }
variables: { done: false }
`,
    );
    const drawn = await ops(['graph', dir]);
    expect(drawn).toContain('child_both[["both (all)"]]');
    expect(drawn).toContain('agent_a -->|"then done"| end');
    expect(drawn).toContain('agent_b ==>|"when done"| agent_a');
    expect(drawn).toContain('child_both -.->|"two"| agent_b');
    expect(drawn).toContain('a_model_chooses{"a model chooses"}');
    expect(drawn).toContain('child_both -->|"then"| agent_a');
  });

  it('checks several at once, by folder or name, and as JSON', async () => {
    expect(await ops(['check', 'assistant', 'workflows/support-desk'])).toBe('No fault in assistant, support-desk.');
    expect(JSON.parse(await ops(['check', 'assistant', '--json']))).toEqual({ ok: true, faults: [] });
    const dir = join(folder, 'broken');
    await mkdir(dir);
    await writeFile(join(dir, 'workflow.yaml'), 'agents: [{ name: a, system_message: "Hi {x}" }]\n');
    await expect(ops(['check', 'assistant', dir])).rejects.toThrow(
      'broken/workflow.yaml:1:37 there is no variable "x"',
    );
  });

  it('finds what is wrong with the one that it is given, and not beside it', async () => {
    const dir = join(folder, 'checked');
    const good = 'agents: [{ name: a, system_message: Hi }]';
    await write(dir, {
      'good/workflow.yaml': good,
      'bad/workflow.yaml': 'agents: 3',
      'old/workflow.yml': good,
      '.hid/workflow.yaml': 'agents: 3',
    });
    expect(await ops(['check', join(dir, 'good')])).toBe('No fault in good.');
    await expect(ops(['check', join(dir, 'bad')])).rejects.toThrow(/^bad\/workflow.yaml:1:9 "agents" must be a list$/m);
    await expect(ops(['check', join(dir, 'old')])).rejects.toThrow('old/workflow.yml:1:1 must be called workflow.yaml');
    await expect(ops(['check', join(dir, '.hid')])).rejects.toThrow('.hid/workflow.yaml:1:9 "agents" must be a list');
    await expect(ops(['check', dir])).rejects.toThrow(
      /^bad\/workflow.yaml.*\nold\/workflow.yml:1:1 must be called workflow.yaml\nServices read all workflows/,
    );
  });

  it('finds a budget that no orchestrator could keep', async () => {
    const dir = join(folder, 'dear');
    await write(dir, {
      'dear/workflow.yaml': 'agents: [{ name: a, system_message: Hi, model: nobody-1 }]\nlimits: { budget_usd: 1 }\n',
    });
    await expect(ops(['check', join(dir, 'dear')])).rejects.toThrow('the price of the model "nobody-1" is not known');
  });
});
