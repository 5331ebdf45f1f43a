import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../paths.ts';
import { waitFor } from '../servers/wait-for.ts';
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

/** An MCP server that notes its process id. */
const SERVER = join(root, 'libs/effects/src/fixtures/mcp-process.mjs');

async function write(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
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

  it('touches nothing beside the workflow that it was given', async () => {
    const dir = join(folder, 'beside');
    await write(dir, {
      'good/workflow.yaml': 'agents: [{ name: a, system_message: Hi }]',
      'bad/workflow.yaml': 'agents: 3',
      'loud/workflow.yaml': 'agents: [{ name: a, system_message: Hi }]',
      'loud/tools.ts': 'globalThis.loudToolsWereRun = true;',
    });
    const terminal = new Script();
    await run(terminal, [join(dir, 'good'), '[[say:3]]']);
    expect(terminal.screen).toContain('w1 w2 w3');
    expect(globalThis).not.toHaveProperty('loudToolsWereRun');
    await expect(run(new Script(), [join(dir, 'bad'), 'Hi'])).rejects.toThrow('"agents" must be a list');
  }, 60_000);

  it('leaves no server of tools behind when it cannot begin; those get TOOL_* also from files', async () => {
    const dir = join(folder, 'servers');
    const notes = join(folder, 'notes');
    await write(dir, {
      'half/workflow.yaml': `agents: [{ name: a, system_message: Hi, tools: ["lab_*", "gone_*"] }]
mcp:
  lab: { command: node, args: [${SERVER}, stdio], env: { NOTES: TOOL_NOTES } }
  gone: { command: ${join(dir, 'nowhere')} }
`,
    });
    await writeFile(join(folder, 'where'), notes);
    const warned: string[] = [];
    const terminal = new Script();
    const running = run(terminal, [join(dir, 'half'), 'Hi', '--json'], {
      env: { DEMO_MODEL_URL: fast.url, TOOL_NOTES_FILE: join(folder, 'where') },
      warn: (line) => warned.push(line),
    });
    await expect(running).rejects.toThrow('"half" cannot be started: The MCP server "gone" is not there');
    const [, pid] = /^start (\d+)$/m.exec(await readFile(notes, 'utf8')) ?? [];
    expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
    expect(new Set(warned)).toEqual(new Set(['an MCP server cannot be reached']));
    expect(terminal.screen).toBe('');
  }, 60_000);

  it('tells faults of tools and servers apart from the events', async () => {
    const dir = join(folder, 'faulty');
    await write(dir, {
      'faulty/workflow.yaml': 'agents: [{ name: a, system_message: Hi, tools: [breaks] }]',
      'faulty/tools.ts': `import { defineTool } from '${join(root, 'libs/workflows/src/index.ts')}';
import { z } from '${join(root, 'libs/workflows/node_modules/zod/index.js')}';
export const breaks = defineTool({
  name: 'breaks', description: 'Breaks', idempotent: true, input: z.object({}),
  run: () => { throw new TypeError('it broke'); },
});`,
    });
    const warned: string[] = [];
    const terminal = new Script();
    const said = await run(terminal, [join(dir, 'faulty'), '[[tool:breaks {}]]', '--json'], {
      warn: (line) => warned.push(line),
    });
    expect(warned).toEqual([expect.stringMatching(/^the tool breaks failed: TypeError: it broke\n/)]);
    expect(said).toBe('');
    for (const line of terminal.screen.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('seq');
  }, 60_000);

  it('ends a demo model that does not answer in time', async () => {
    const processes = (): number => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const before = processes();
    await expect(startDemoModel(SCRIPTED, 0)).rejects.toThrow('the demo model to answer: not within 0 s');
    await waitFor({ until: () => processes() === before, deadlineMs: 5000, what: 'its process to be gone' });
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
