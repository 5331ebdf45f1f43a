import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorkflowFolders, faultsOf, IMPORTS, TOOLS, type WorkflowFolders } from './fixtures/workflow-folders.ts';
import type { LoadOptions } from './load-workflows.ts';

let folders: WorkflowFolders;
beforeAll(async () => {
  folders = await createWorkflowFolders();
});
afterAll(() => folders.remove());

const ALL: LoadOptions = { tools: true };

const faults = (yaml: string, options = ALL, files: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  faultsOf(folders, { 'w/workflow.yaml': yaml, 'w/tools.ts': TOOLS, ...files }, options);

const AGENT =
  'agents: [{ name: a, system_message: Hi, description: One }, { name: b, system_message: Ho, description: Two }]';
const ROUND = `pattern: round_robin\ninitial_agent: a\n${AGENT}\n`;

describe('a workflow with faults', () => {
  it('lists all ten at once, each with its line and what was probably meant', async () => {
    const found = await faults(
      `title: Ten
initial_agent: frist
agents:
  - name: first
    system_message: You begin for {shpo}.
    tools: [lok]
    context_handoffs:
      - { when: tries > 3 and, to: second }
      - { when: trys > 3, to: child:reserch }
    after_work:
      - { when: tries == 0, to: secnd }
      - to: terminate
  - name: second
    system_message: You end.
    output: { type: object, propertys: { a: { type: strin } } }
variables: { shop: Corner, tries: 0 }
children:
  research: { agents: [second], message: 'Look for {shop}' }
guardrails:
  - { name: cards, on: input, matches: '(\\d{16}', action: redirect }
`,
    );
    expect(found).toEqual([
      '2:16 there is no agent "frist" (did you mean "first"?); agents: first, second',
      '5:21 there is no variable "shpo" (did you mean "shop"?); variables: shop, tries',
      '6:13 there is no tool "lok" (did you mean "look"?); tools.ts defines: look, pay; besides: research',
      '8:30 is no expression: Here should be a value, but the expression ends.',
      '9:17 there is no variable "trys" (did you mean "tries"?); variables: shop, tries',
      '9:31 there is no child "reserch" (did you mean "research"?); children: research',
      '11:33 there is no agent "secnd" (did you mean "second"?); agents: first, second',
      '15:29 "propertys" is no keyword of JSON Schema (did you mean "properties"?)',
      expect.stringMatching(/^20:40 is no regular expression: /),
      '20:59 "redirect" needs "to": where does the turn go?',
    ]);
  });

  it('has expressions: where in the line, also in quotes and over several lines', async () => {
    const yaml = `agents:
  - name: a
    system_message: Hi
    after_work:
      - { when: "tries = 3", to: stay }
      - when: |
          tries >
        to: stay
variables: { tries: 0 }
`;
    expect(await faults(yaml)).toEqual([
      '5:24 is no expression: "=" has no meaning here. Use == to compare.',
      expect.stringMatching(/^\d+:\d+ is no expression: Here should be a value/),
    ]);
  });

  it('has variables that nothing sets; what updates and replies set is known', async () => {
    const yaml = `agents:
  - name: a
    system_message: Hi {plan}
    updates: [{ set: { tries: tries + 1 } }]
    output: { schema: { type: object }, save_to: plan }
    ends_on: [{ when: tries > 2 and len(plan) > 0 and done }]
tools:
  pay: { approval: { when: args.amount > limit, sticky: true } }
`;
    expect(await faults(yaml)).toEqual([
      '6:55 there is no variable "done"; variables: tries, plan',
      '8:42 there is no variable "limit"; variables: tries, plan',
    ]);
  });

  it('falls back to a model that has failed by then, or whose price nobody knows', async () => {
    const yaml = `agents: [{ name: a, system_message: Hi, model: { use: big, fallbacks: [small, big] } }]
limits: { budget_usd: 1 }
`;
    const prices = { hash: 'p', has: (model: string) => model === 'big' };
    expect(await faults(yaml, { ...ALL, prices })).toEqual([
      expect.stringMatching(/^1:\d+ the price of the model "small" is not known/),
      expect.stringMatching(/^1:\d+ "big" has failed by then: name each model once/),
    ]);
    const none = 'agents: [{ name: a, system_message: Hi, model: { use: big, fallbacks: [] } }]\n';
    expect(await faults(none)).toEqual([expect.stringContaining('must have at least one model')]);
  });

  it('has branches that wait for nobody, for themselves, or to no end', async () => {
    const yaml = (
      mode: string,
    ): string => `agents: [{ name: a, system_message: Hi, tools: [work] }, { name: b, system_message: Ho }]
initial_agent: a
children:
  work:
    mode: ${mode}
    branches:
      - { name: one, agents: [b], after: [three] }
      - { name: two, agents: [b], after: [tow] }
      - { name: three, agents: [b], after: [one] }
      - { name: four, agents: [b], after: [one] }
`;
    expect(await faults(yaml('all'))).toEqual([
      expect.stringMatching(/^7:\d+ "one" would wait for itself: one → three → one$/),
      expect.stringMatching(/^8:\d+ there is no branch "tow" \(did you mean "two"\?\); /),
      expect.stringMatching(/^9:\d+ "three" would wait for itself: three → one → three$/),
    ]);
    expect(await faults(yaml('any'))).toEqual(
      [7, 8, 9, 10].map((line) =>
        expect.stringMatching(new RegExp(`^${String(line)}:\\d+ "after" does nothing with "mode: any"`)),
      ),
    );
  });

  it('has lists of agents with a wrong name', async () => {
    const yaml = `${AGENT}
initial_agent: a
pattern:
  kind: auto
  transitions: { a: [b, user], c: [a] }
  may_repeat: [d]
  eligible: { e: 'true' }
children:
  inner: { agents: [a, f], initial_agent: b }
guardrails:
  - { name: one, on: output, agents: [g], matches: x }
  - { name: one, on: output, matches: x }
`;
    expect((await faults(yaml)).map((line) => line.replace(/^(\d+):\d+ /, '$1 '))).toEqual([
      '5 there is no agent "user"; agents: a, b',
      '5 there is no agent "c"; agents: a, b',
      '6 there is no agent "d"; agents: a, b',
      '7 there is no agent "e"; agents: a, b',
      '9 there is no agent "f"; agents: a, b',
      '9 there is no agent "b"; agents: a, f',
      '11 there is no agent "g"; agents: a, b',
      '12 there is already a guardrail "one"',
    ]);
    const person = yaml.replace('kind: auto', 'kind: auto\n  person: true');
    expect(await faults(person)).not.toContain(expect.stringContaining('"user"'));
  });

  it('has a child that contains itself, at once or through others', async () => {
    const yaml = `initial_agent: a
agents:
  - { name: a, system_message: Hi, after_work: child:one }
  - { name: b, system_message: Hi, tools: [two] }
  - { name: c, system_message: Hi, handoffs: [{ to: child:one, when: asked }] }
  - { name: d, system_message: Hi, after_work: child:self }
  - { name: e, system_message: Hi }
children:
  one: { agents: [b] }
  two: { agents: [c], description: Two }
  self: { agents: [d], then: d }
  after: { agents: [e], then: child:later }
  later: { agents: [e], then: child:after }
`;
    expect((await faults(yaml)).filter((line) => line.includes('contains itself'))).toEqual([
      '9:3 the child "one" contains itself through "two": its agents, or its "then", lead into it again',
      '10:3 the child "two" contains itself through "one": its agents, or its "then", lead into it again',
      '11:3 the child "self" contains itself: its agents, or its "then", lead into it again',
      '12:3 the child "after" contains itself through "later": its agents, or its "then", lead into it again',
      '13:3 the child "later" contains itself through "after": its agents, or its "then", lead into it again',
    ]);
  });

  it('has arguments that no call has', async () => {
    const yaml = `initial_agent: a
agents:
  - { name: a, system_message: Hi, tools: [one, two], after_work: child:three }
  - { name: b, system_message: Ho }
children:
  one: { agents: [b], message: 'Do {args.tsk}' }
  two: { agents: [b], message: 'Do {args.what} {args.how}', input: { type: object, properties: { what: {} } } }
  three: { agents: [b], message: 'Do {args.task}' }
`;
    expect(await faults(yaml)).toEqual([
      '6:32 there is no argument "tsk" (did you mean "task"?); arguments: task',
      '7:32 there is no argument "how"; arguments: what',
      '8:34 no agent has "three" as a tool, so there is no argument "task"',
    ]);
  });

  it('has targets that are never looked at, and agents that nothing leads to', async () => {
    const yaml = `initial_agent: a
agents:
  - { name: a, system_message: Hi, after_work: [{ to: stay }, { to: b, when: 'true' }] }
  - { name: b, system_message: Hi, context_handoffs: [{ when: 'true', to: b }] }
  - { name: c, system_message: Hi }
  - { name: d, system_message: Hi }
children:
  used: { agents: [d] }
  spare: { agents: [d] }
guardrails:
  - { name: g, on: output, matches: x, action: redirect, to: child:used }
`;
    expect(await faults(yaml)).toEqual([
      '3:63 it is never looked at: the after-work before it has no condition',
      '4:75 "b" hands over to itself',
      '5:13 nobody hands over to "c": it can never have a turn',
      '9:3 nothing leads to the child "spare": no target, no tool',
    ]);
    const anybody = yaml.replace('{ to: stay }, { to: b', "{ to: random, when: 'true' }, { to: b");
    expect((await faults(anybody)).filter((line) => line.includes('never have a turn'))).toEqual([]);
  });

  it('has guardrails whose parts do not go together', async () => {
    const yaml = `${ROUND}guardrails:
  - { name: one, on: output, model: default, action: mask }
  - { name: two, on: input, matches: x, instruction: y, to: a, tools: [look] }
  - { name: three, on: input }
  - { name: four, on: tool_result, tools: [fly], function: fly, flags: i }
`;
    expect(await faults(yaml)).toEqual(['7:5 "guardrails" must have exactly one of: matches, model, function']);
    expect(await faults(yaml.replace('{ name: three, on: input }', '{ name: three, on: input, matches: x }'))).toEqual([
      '5:37 "model" needs "instruction": what must not pass?',
      '5:54 "mask" replaces what a regular expression finds: use "matches", or "rewrite"',
      '6:54 "instruction" does nothing without "model"',
      '6:61 "to" does nothing without "action: redirect"',
      '6:71 "tools" does nothing here: it is for tool_arguments and tool_result',
      '8:44 there is no tool "fly"; tools.ts defines: look, pay',
      '8:60 there is no tool "fly"; tools.ts defines: look, pay',
      '8:72 "flags" does nothing without "matches"',
    ]);
  });

  it('has models without a price wherever it calls one', async () => {
    const yaml = `initial_agent: a
pattern: { kind: auto, model: m1 }
agents:
  - { name: a, description: A, system_message: Hi, model: known, context: { max_tokens: 100, summarize: true, model: m2 } }
  - { name: b, description: B, system_message: Hi, model: known, tools: [inner] }
guardrails: [{ name: g, on: output, model: m3, instruction: x }]
children:
  inner: { agents: [a], summary: { model: m4, instruction: x }, budget_usd: 0.5 }
summary: { model: m5, instruction: x }
title_model: m6
`;
    const options = { ...ALL, prices: { hash: 'p', has: (model: string) => model === 'known' } };
    const found = await faults(yaml, options);
    expect(found.map((line) => /model "(m\d)"/.exec(line)?.[1])).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
    expect(await faults(yaml.replace(', budget_usd: 0.5', ''), options)).toEqual([]);
  });

  it('has tools that cannot be kept, and names that are taken', async () => {
    const yaml = `${ROUND}tools:
  pay: { retry: 3 }
  look: { retry: { attempts: 2, backoff: 10s } }
children:
  look: { agents: [a] }
  a: { agents: [b] }
  user: { agents: [b] }
  select_speaker: { agents: [b] }
ends_on: [{ contains: x, equals: y }]
`;
    expect(await faults(yaml)).toEqual(['12:11 "ends_on" must have exactly one of: contains, equals, matches, when']);
    expect((await faults(yaml.replace(/ends_on.*\n/, ''))).map((line) => line.replace(/^(\d+):\d+ /, '$1 '))).toEqual([
      '5 "pay" is not idempotent: a second try could be a second effect',
      '8 there is a tool "look": give the child another name',
      '9 there is an agent "a": give the child another name',
      '10 "user" says where a turn goes and cannot be the name of a child',
      '11 "select_speaker" is a tool of the engine',
    ]);
  });

  it('has a pattern that chooses without knowing among whom', async () => {
    const agents = 'agents: [{ name: a, system_message: Hi }, { name: b, system_message: Ho, description: Two }]';
    expect(await faults(`pattern: auto\ninitial_agent: a\n${agents}`)).toEqual([
      '3:18 "a" needs a "description": a model chooses the agent by it',
    ]);
    expect(await faults('pattern: manual\nagents: [{ name: a, system_message: Hi }]')).toEqual([
      '1:10 there is nothing to choose: "manual" needs at least two agents',
    ]);
  });

  it('has schemas in files that are not there, not JSON, outside of the folder, or no schema', async () => {
    const agent = (name: string, output: string): string =>
      `  - { name: ${name}, system_message: Hi, output: ${output} }\n`;
    const yaml = `pattern: round_robin\ninitial_agent: a\nagents:\n${agent('a', 'none.json')}${agent('b', 'broken.json')}${agent('c', '../x.json')}${agent('d', '{ schema: odd.json, strict: false }')}`;
    const files = { 'w/broken.json': '{', 'w/odd.json': '{"type":"objekt"}', 'x.json': '{}' };
    expect(await faults(yaml, ALL, files)).toEqual([
      '4:44 there is no file "none.json" beside this one',
      expect.stringMatching(/^5:44 "broken.json" is not valid JSON: /),
      '6:44 "../x.json" must lie in the folder of the workflow',
      '7:54 "odd.json" at type: "objekt" is no type of JSON Schema (did you mean "object"?); types: string, number, integer, boolean, object, array, null',
    ]);
  });

  it('is checked in tools.ts too', async () => {
    const tools = `${IMPORTS} export const t = defineTool({ name: 'select_speaker', description: 'x', input: z.object({}), run: () => null });`;
    expect(await faults('agents: [{ name: a, system_message: Hi }]', ALL, { 'w/tools.ts': tools })).toEqual([
      '1:1 the tool name "select_speaker" belongs to the engine',
    ]);
  });
});
