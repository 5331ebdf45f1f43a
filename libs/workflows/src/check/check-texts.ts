/** What is written inside of texts: expressions, `{name}` in templates, regular expressions. */
import { parseExpression, variablesOf } from '@colloquy/engine';
import { childTools } from '../resolve/resolve-child.ts';
import { templateVariables } from '../template-variables.ts';
import type { WorkflowFault } from '../workflow-fault.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { outputSettings } from '../yaml/agent.ts';
import { branchesOf } from '../yaml/child.ts';
import type { Check } from './check.ts';
import { didYouMean } from './did-you-mean.ts';
import { expressionPlaces, regexPlaces, templatePlaces, type TextPlace } from './expression-places.ts';
import { regexProblem } from './regex-problem.ts';

/** Everything wrong inside of texts. */
export function textFaults(check: Check): WorkflowFault[] {
  const known = knownVariables(check.yaml);
  return [
    ...expressionPlaces(check.yaml).flatMap((place) => expressionFaults(check, place, known)),
    ...templatePlaces(check.yaml).flatMap((place) => templateFaults(check, place, known)),
    ...argumentFaults(check),
    ...regexPlaces(check.yaml).flatMap((place) => regexFault(check, place)),
  ];
}

/** Variables that the file gives a value: at the beginning, by an update, or from a reply. */
export function knownVariables(yaml: WorkflowYaml): ReadonlySet<string> {
  return new Set([
    ...Object.keys(yaml.variables),
    ...yaml.agents.flatMap(({ updates }) => updates.flatMap(({ set }) => Object.keys(set))),
    ...yaml.agents.flatMap(({ output }) => (output === undefined ? [] : (outputSettings(output).save_to ?? []))),
  ]);
}

function unknownVariable(name: string, known: ReadonlySet<string>): string {
  const list = known.size === 0 ? 'there are none' : `variables: ${[...known].join(', ')}`;
  return `there is no variable "${name}"${didYouMean(name, known)}; ${list}`;
}

function expressionFaults({ source }: Check, place: TextPlace, known: ReadonlySet<string>): WorkflowFault[] {
  const { path, text, args } = place;
  const parsed = parseExpression(text);
  if ('fault' in parsed) {
    const { message, position } = parsed.fault;
    return [source.faultInside(path, position, `is no expression: ${message}`)];
  }
  return variablesOf(parsed)
    .filter((name) => !known.has(name) && !(args === true && name === 'args'))
    .map((name) => source.faultInside(path, Math.max(0, nameAt(text, name)), unknownVariable(name, known)));
}

/** Where a name stands by itself. */
function nameAt(text: string, name: string): number {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.search(new RegExp(String.raw`(?<![\p{L}\p{N}_.])${escaped}(?![\p{L}\p{N}_])`, 'u'));
}

function templateFaults({ source }: Check, { path, text }: TextPlace, known: ReadonlySet<string>): WorkflowFault[] {
  return templateVariables(text)
    .filter((name) => !known.has(name))
    .map((name) => source.fault(path, unknownVariable(name, known)));
}

const ARGUMENT = /\{args\.([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** `{args.name}` in what a child is asked: an argument of the call, so there must be calls, and they must have it. */
function argumentFaults({ yaml, source }: Check): WorkflowFault[] {
  const called = childTools(yaml);
  return Object.entries(yaml.children).flatMap(([child, written]) => {
    // What a file says is read later; a wrong name there is nothing in the message.
    if (typeof written.input === 'string') return [];
    const properties = written.input === undefined ? { task: true } : (written.input['properties'] ?? {});
    return branchesOf(child, written).flatMap(({ path, branch }) =>
      [...(branch.message ?? '').matchAll(ARGUMENT)].flatMap(([, name = '']) => {
        const fault = (message: string): WorkflowFault[] => [
          source.fault(['children', child, ...path, 'message'], message),
        ];
        if (!called.includes(child))
          return fault(`no agent has "${child}" as a tool, so there is no argument "${name}"`);
        const known = Object.keys(properties as object);
        return known.includes(name)
          ? []
          : fault(`there is no argument "${name}"${didYouMean(name, known)}; arguments: ${known.join(', ')}`);
      }),
    );
  });
}

function regexFault({ source }: Check, { path, text, flags }: TextPlace & { flags: string }): WorkflowFault[] {
  const problem = regexProblem(text, flags);
  return problem === undefined ? [] : [source.fault(path, `is no regular expression: ${problem}`)];
}
