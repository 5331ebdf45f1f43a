/** What a workflow.yaml says about questions that nobody answers: an agent or a tool over the workflow. */
import type { QuestionExpiry } from '@colloquy/contracts';
import type { WorkflowFault } from './workflow-fault.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';
import { expiryMs } from './yaml/scalars.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** The settings of one kind of questions. */
export type Questions = WorkflowYaml['questions'];

type Agent = WorkflowYaml['agents'][number];

/** True when the agent puts questions to the person, or has the person beside it. */
export function asksPerson({ ask_person, person = 'never' }: Agent): boolean {
  return ask_person || person !== 'never';
}

/** The settings for what this agent asks. */
export function agentQuestions(agent: Agent, yaml: WorkflowYaml): Questions {
  return over(yaml.questions, agent.questions ?? {});
}

/** The settings for what a person is asked about calls of this tool: a yes or no, for which no default stands. */
export function toolQuestions(tool: string, yaml: WorkflowYaml): Questions {
  const { expires_after, on_expiry } = yaml.tools[tool] ?? {};
  const { default_answer: _, ...settings } = over(yaml.questions, {
    ...(expires_after === undefined ? {} : { expires_after }),
    ...(on_expiry === undefined ? {} : { on_expiry }),
  });
  return settings;
}

/** What is said nearer counts; an answer and an end of the run exclude each other, so each takes the other away. */
function over(outer: Questions, inner: Questions): Questions {
  const { default_answer, on_expiry, ...rest } = { ...outer, ...inner };
  if (inner.on_expiry === 'end_run') return { ...rest, on_expiry };
  if (inner.default_answer !== undefined) return { ...rest, default_answer };
  return { ...outer, ...inner };
}

/** Settings that could never do anything, or that contradict each other. */
export function questionFaults(yaml: WorkflowYaml, source: YamlSource): WorkflowFault[] {
  return [
    ...contradictions({ questions: yaml.questions, path: ['questions'], source, doesExpire: expires(yaml.questions) }),
    ...yaml.agents.flatMap((agent, index) => agentFaults({ agent, index, yaml, source })),
    ...Object.entries(yaml.tools).flatMap(([name, { on_expiry }]) =>
      on_expiry === undefined || expires(toolQuestions(name, yaml))
        ? []
        : [source.fault(['tools', name, 'on_expiry'], neverExpires('on_expiry'))],
    ),
  ];
}

function agentFaults(of: { agent: Agent; index: number; yaml: WorkflowYaml; source: YamlSource }): WorkflowFault[] {
  const { agent, index, yaml, source } = of;
  const { questions } = agent;
  if (questions === undefined) return [];
  const path = ['agents', index, 'questions'];
  if (!asksPerson(agent)) {
    return [source.faultAtKey(path, `"${agent.name}" asks nobody: set "ask_person: true", or remove "questions"`)];
  }
  return contradictions({ questions, path, source, doesExpire: expires(agentQuestions(agent, yaml)) });
}

function contradictions(of: {
  questions: Questions;
  path: YamlPath;
  source: YamlSource;
  doesExpire: boolean;
}): WorkflowFault[] {
  const { questions, path, source, doesExpire } = of;
  if (!doesExpire) {
    return (['on_expiry', 'default_answer'] as const)
      .filter((key) => questions[key] !== undefined)
      .map((key) => source.fault([...path, key], neverExpires(key)));
  }
  return questions.on_expiry === 'end_run' && questions.default_answer !== undefined
    ? [
        source.fault(
          [...path, 'default_answer'],
          'the run ends when nobody answers, so there is no answer to stand for',
        ),
      ]
    : [];
}

function expires({ expires_after }: Questions): boolean {
  return expires_after !== undefined && expiryMs(expires_after) !== undefined;
}

const neverExpires = (key: string): string =>
  `"${key}" does nothing without "expires_after": these questions wait for ever`;

/** The settings as the engine has them; undefined when the questions wait for ever. */
export function expiryOf({ expires_after, on_expiry, default_answer }: Questions): QuestionExpiry | undefined {
  const afterMs = expires_after === undefined ? undefined : expiryMs(expires_after);
  if (afterMs === undefined) return undefined;
  const then = on_expiry ?? 'go_on';
  return { afterMs, then, ...(default_answer === undefined ? {} : { defaultAnswer: default_answer }) };
}
