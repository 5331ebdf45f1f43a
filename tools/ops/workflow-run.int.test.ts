import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../paths.ts';
import type { OpsContext } from './ops-command.ts';
import { runOps } from './run-ops.ts';
import { startDemoModel, type DemoModel } from './run/demo-model.ts';
import type { Terminal } from './terminal.ts';

const SCRIPTED = { DEMO_FIRST_TOKEN_MS: '0' };

let fast: DemoModel;
let slow: DemoModel;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-run-'));
  fast = await startDemoModel({ ...SCRIPTED, DEMO_TOKENS_PER_SECOND: '0' });
  slow = await startDemoModel({ ...SCRIPTED, DEMO_TOKENS_PER_SECOND: '20' });
}, 120_000);
afterAll(async () => {
  await Promise.all([fast.stop(), slow.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** A terminal whose person gives these answers; then nobody is there any more. */
class Script implements Terminal {
  readonly colours = false;
  readonly asked: string[] = [];
  readonly answers: string[];
  screen = '';
  /** Presses Ctrl-C as soon as this is on the screen. */
  interruptAt: string | undefined;
  #interrupt: (() => void) | undefined;

  constructor(answers: readonly string[] = []) {
    this.answers = [...answers];
  }

  write(text: string): void {
    this.screen += text;
    if (this.interruptAt === undefined || !this.screen.includes(this.interruptAt)) return;
    this.interruptAt = undefined;
    this.#interrupt?.();
  }

  ask(prompt: string): Promise<string | undefined> {
    this.asked.push(prompt);
    return Promise.resolve(this.answers.shift());
  }

  onInterrupt(fn: () => void): () => void {
    this.#interrupt = fn;
    return () => (this.#interrupt = undefined);
  }

  close(): void {
    this.#interrupt = undefined;
  }
}

async function run(terminal: Terminal, args: readonly string[], other: Partial<OpsContext> = {}): Promise<string> {
  const lines: string[] = [];
  await runOps({
    args: ['workflow', 'run', ...args],
    env: { DEMO_MODEL_URL: fast.url },
    cwd: root,
    dataDir: folder,
    print: (line) => lines.push(line),
    terminal,
    ...other,
  });
  return lines.join('\n');
}

const count = (text: string, part: string): number => text.split(part).length - 1;

describe('npm run ops -- workflow run', () => {
  it('runs a workflow without any server, prints each thing once, and counts', async () => {
    const terminal = new Script();
    const said = await run(terminal, ['assistant', 'How does a chat survive a crash?']);
    expect(terminal.screen).toMatch(
      /● Assistant\n[^]*→ search_docs \{"query"[^]*✓ search_docs \(\d+ ms\) [^]*■ ended: /,
    );
    expect(count(terminal.screen, 'Good question.')).toBe(1);
    expect(count(terminal.screen, '### Where to go from here')).toBe(1);
    expect(said).toMatch(/^\d model calls, \d+ tokens in, \d+ out, \d\.\d{4} USD$/);
  }, 60_000);

  it('asks for an approval until the answer is one, and goes on with it', async () => {
    const terminal = new Script(['perhaps', 'y']);
    await run(terminal, ['support-desk', 'I want a refund for order A-1001']);
    expect(terminal.asked).toHaveLength(2);
    expect(terminal.asked[0]).toMatch(/refund_order[^]*\[y\/n\]/);
    expect(terminal.screen).toMatch(/⇒ triage → billing \(model[^]*✓ refund_order[^]*on its way/);
  }, 60_000);

  it('cancels the run when nobody can answer, and says so', async () => {
    const terminal = new Script();
    await expect(run(terminal, ['support-desk', 'I want a refund for order A-1001'])).rejects.toThrow(
      'A question stayed open',
    );
    expect(terminal.screen).toContain('■ cancelled');
  }, 60_000);

  it('cancels the run at Ctrl-C and keeps what was said', async () => {
    const terminal = new Script();
    terminal.interruptAt = 'w3';
    await run(terminal, ['assistant', '[[say:2000]]'], { env: { DEMO_MODEL_URL: slow.url } });
    expect(terminal.screen).toMatch(/w1 w2 w3[^]*… cancelled[^]*■ cancelled/);
    expect(process.exitCode).toBe(130);
    process.exitCode = 0;
  }, 60_000);

  it('prints one event a line with --json, and takes variables', async () => {
    const terminal = new Script(['n']);
    const variables = '{"company": "Test Ltd"}';
    await run(terminal, ['support-desk', 'I want a refund for order A-1001', '--json'], { options: { variables } });
    const events = terminal.screen
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; type: string; variables?: object });
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ type: 'chat_created', variables: { company: 'Test Ltd' } });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['run_started', 'speaker_selected', 'tool_call', 'input_response', 'usage']),
    );
    expect(events.some(({ type }) => type === 'run_completed')).toBe(true);
  }, 60_000);

  it('runs the research team: child runs at once, a tool over MCP, a key that is masked, drafts that come back', async () => {
    const terminal = new Script();
    await run(terminal, ['research-team', 'How does a chat survive a crash? My key is sk-abcdefghijklmnopqrst']);
    const { screen } = terminal;
    expect(screen).toContain('! guardrail no_keys on input: mask');
    expect(screen).toContain('□ research: documentation');
    expect(screen).toContain('□ research: words');
    expect(screen).toMatch(/✓ search_docs[^]*⇒ planner → writer/);
    expect(screen).toMatch(/✓ glossary_look_up[^]*Everything that was said and done/);
    expect(screen).toMatch(/= \{"drafts":1\}[^]*⇒ reviewer → writer \(model[^]*= \{"drafts":2\}[^]*Approved\./);
    expect(screen).not.toContain('= {"drafts":3}');
  }, 60_000);

  it('runs a workflow that uses every feature', async () => {
    const terminal = new Script(['y', 'red', 'Go on, please']);
    await run(terminal, ['e2e/workflows/everything', 'Do everything with 1234-1234-1234-1234']);
    const { screen } = terminal;
    expect(terminal.asked).toHaveLength(3);
    for (const part of [
      '! guardrail no_cards on input: mask',
      '⇒ planner → study (after_work)',
      '✓ look_up',
      '✓ words_look_up',
      '✗ ping',
      '✓ check_amount',
      '✓ pay',
      '□ debate: choosing',
      '✓ debate',
      '✓ ask_person',
      '⇒ writer → writer (tool)',
      '⇒ writer → pick_next (after_work)',
      '⇒ reviewer → writer (context)',
      '⇒ reviewer → closer (after_work)',
      '■ ended: handoff_terminate',
    ])
      expect(screen).toContain(part);
  }, 60_000);

  it('says what is missing', async () => {
    await expect(run(new Script(), ['assistant'])).rejects.toThrow('Which workflow, and what do you say?');
    await expect(run(new Script(), ['nobody', 'Hi'])).rejects.toThrow('There is no workflow "nobody"');
    const options = { variables: '[1]' };
    await expect(run(new Script(), ['assistant', 'Hi'], { options })).rejects.toThrow(
      '--variables takes a JSON object',
    );
  });
});

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
});
