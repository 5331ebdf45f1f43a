import type { Target, WorkflowDefinition } from '@colloquy/contracts';
import { agentOf } from './model-tools.ts';
import { TO_NOBODY, TO_PERSON } from './reserved-tools.ts';

/** Where a handoff goes, as its event names it: an agent, child runs or a tool by their name, the rest by what it is. */
export function nameOfTarget(target: Target): string {
  switch (target.kind) {
    case 'agent':
      return target.agent;
    case 'child':
      return target.child;
    case 'function':
      return target.tool;
    case 'terminate':
      return TO_NOBODY;
    case 'revert_to_user':
      return TO_PERSON;
    default:
      return target.kind;
  }
}

const PLAIN: ReadonlyMap<string, Target> = new Map<string, Target>([
  [TO_NOBODY, { kind: 'terminate' }],
  [TO_PERSON, { kind: 'revert_to_user' }],
  ['stay', { kind: 'stay' }],
  ['ask_user', { kind: 'ask_user' }],
  ['group_manager', { kind: 'group_manager' }],
  ['random', { kind: 'random' }],
]);

/** The target that a bare name means: an agent before child runs, these before the rest. */
export function targetOfName(workflow: WorkflowDefinition, name: string): Target | undefined {
  if (agentOf(workflow, name) !== undefined) return { kind: 'agent', agent: name };
  if (workflow.children?.some((child) => child.name === name) === true) return { kind: 'child', child: name };
  return PLAIN.get(name);
}

/** Kinds that name nothing of the workflow. */
const BARE: ReadonlySet<string> = new Set([
  'terminate',
  'stay',
  'revert_to_user',
  'ask_user',
  'group_manager',
  'random',
] satisfies Target['kind'][]);

/** True when the workflow has what the target names; false of a kind that only a later version knows. */
export function hasTarget(workflow: WorkflowDefinition, target: Target): boolean {
  switch (target.kind) {
    case 'agent':
      return agentOf(workflow, target.agent) !== undefined;
    case 'child':
      return workflow.children?.some(({ name }) => name === target.child) === true;
    case 'function':
      return workflow.tools.some(({ name }) => name === target.tool);
    default:
      return BARE.has(target.kind);
  }
}
