import type { z } from 'zod';
import type { WorkflowFault } from './workflow-fault.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, as faults that name the line; several for a value with several unknown keys. */
export function faultsOf(issue: Issue, source: YamlSource, prefix: YamlPath = []): WorkflowFault[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => source.faultAtKey([...path, key], `unknown key "${key}"`));
  if (issue.code === 'invalid_key')
    return [source.faultAtKey(path, `${nameOf(path)} ${issue.issues.map((inner) => inner.message).join(', ')}`)];
  if (issue.code === 'invalid_union') {
    const branch = nearestBranch(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => faultsOf(inner, source, path));
  }
  return [source.fault(path, `${nameOf(path)} ${sentence(issue, valueAt(source.value, path))}`)];
}

/** The branch that was meant: the one whose discriminator and type fit, so that its faults lie inside. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find(
    (issues) => issues.every((inner) => inner.path.length > 0 && inner.path[0] !== 'kind') || onlyUnknownKeys(issues),
  );
}

const onlyUnknownKeys = (issues: readonly Issue[]): boolean =>
  issues.every((inner) => inner.code === 'unrecognized_keys');

const nameOf = (path: YamlPath): string => {
  const last = path.findLast((step) => typeof step === 'string');
  return last === undefined ? 'the file' : `"${last}"`;
};

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

function sentence(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type')
    return value === undefined ? 'is missing' : `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union') return 'is none of the forms that are allowed here';
  return issue.message;
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}
