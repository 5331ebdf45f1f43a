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
  const value = valueAt(source.value, path);
  const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors, value) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => faultsOf(inner, source, path));
  return [source.fault(path, `${nameOf(path)} ${sentence(issue, value)}`)];
}

/**
 * Of the forms that a value may have, the one that was meant: of those that its kind of value (text, list, map) fits, the
 * one with the fewest unknown keys; of two that are as near, the one that says more.
 */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  // A word of a list of words is none of the forms that a map could have.
  const otherKind = typeof value === 'object' ? ['invalid_type', 'invalid_value'] : ['invalid_type'];
  const isOther = ({ code, path }: Issue): boolean => path.length === 0 && otherKind.includes(code);
  const fits = branches.filter((issues) => !issues.some(isOther));
  const unknownKeys = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
  return fits.sort((a, b) => unknownKeys(a) - unknownKeys(b) || a.length - b.length)[0];
}

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
  if (issue.code === 'invalid_union') return `must be ${optionsOf(issue)}`;
  return issue.message;
}

/** What a map's `kind` may be, when that is what is wrong. */
function optionsOf(issue: z.core.$ZodIssueInvalidUnion): string {
  return 'options' in issue && Array.isArray(issue.options)
    ? `one of: ${issue.options.map(String).join(', ')}`
    : 'one of the forms that are allowed here';
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}
