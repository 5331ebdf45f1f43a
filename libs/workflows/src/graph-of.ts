import type {
  AgentDefinition,
  Branch,
  ChildDefinition,
  Pattern,
  Target,
  WorkflowDefinition,
} from '@colloquy/contracts';

/** A box of the graph. */
export interface GraphNode {
  readonly id: string;
  readonly kind: 'agent' | 'tool' | 'approved' | 'child' | 'end' | 'person' | 'choice';
  readonly label: string;
}

/** An arrow; dotted ones are calls, that come back. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kind: 'handoff' | 'context' | 'after_work' | 'pattern' | 'call';
  /** Of an arrow of a pattern: those of one pattern go together, also where several are drawn through one box. */
  readonly group?: string;
  /** Of an arrow out of a choice: it is there only for whoever spoke last. */
  readonly after?: string;
}

/** A workflow as boxes and arrows, in the order of its definition. */
export interface Graph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What a target is called in the graph. */
function nodeOf(target: Target, speaker: string): GraphNode {
  switch (target.kind) {
    case 'agent':
      return { id: `agent_${target.agent}`, kind: 'agent', label: target.agent };
    case 'stay':
      return { id: speaker, kind: 'agent', label: '' };
    case 'terminate':
      return { id: 'end', kind: 'end', label: 'end' };
    case 'revert_to_user':
      return { id: 'person', kind: 'person', label: 'person' };
    case 'child':
      return { id: `child_${target.child}`, kind: 'child', label: target.child };
    case 'function':
      return { id: `tool_${target.tool}`, kind: 'tool', label: `${target.tool} decides` };
    case 'ask_user':
      return { id: 'the_person_chooses', kind: 'choice', label: 'the person chooses' };
    case 'group_manager':
      return { id: 'a_model_chooses', kind: 'choice', label: 'a model chooses' };
    case 'random':
      return { id: 'chance', kind: 'choice', label: 'chance' };
  }
}

/** The graph of a definition. */
export function graphOf(workflow: WorkflowDefinition): Graph {
  const parts = [
    begin(workflow.pattern),
    ...workflow.agents.map((agent) => partsOfAgent(agent, workflow)),
    patternParts(
      workflow.pattern,
      workflow.agents.map(({ name }) => name),
      { label: '', group: 'workflow' },
    ),
    ...(workflow.children ?? []).map((child) => partsOfChild(child)),
    guardrailParts(workflow),
  ];
  const nodes = new Map<string, GraphNode>();
  // What is defined goes before what is only named: it has a title.
  const defined = parts.flatMap(({ own }) => own ?? []);
  for (const node of [...defined, ...parts.flatMap((part) => part.nodes)])
    if (!nodes.has(node.id)) nodes.set(node.id, node);
  const edges = new Map(parts.flatMap((part) => part.edges).map((edge) => [JSON.stringify(edge), edge]));
  return { title: workflow.title, nodes: [...nodes.values()], edges: [...edges.values()] };
}

interface Part {
  readonly own?: GraphNode;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

function begin({ initialAgent }: Pattern): Part {
  const person: GraphNode = { id: 'person', kind: 'person', label: 'person' };
  return { nodes: [person], edges: [{ from: 'person', to: `agent_${initialAgent}`, label: '', kind: 'pattern' }] };
}

function partsOfAgent(agent: AgentDefinition, workflow: WorkflowDefinition): Part {
  const own: GraphNode = { id: `agent_${agent.name}`, kind: 'agent', label: agent.title };
  const ways = [
    ...(agent.contextHandoffs ?? []).map(({ target, when }) => ({ target, label: when, kind: 'context' as const })),
    ...agent.handoffs.map(({ target, description }) => ({ target, label: description, kind: 'handoff' as const })),
    ...afterWorks(agent),
  ].map((way) => ({ ...way, node: nodeOf(way.target, own.id) }));
  const tools = agent.tools.map((name) => ({ name, tool: workflow.tools.find((one) => one.name === name) }));
  const called = tools.map(({ name, tool }): GraphNode => {
    if (tool?.source?.kind === 'child') return { id: `child_${tool.source.child}`, kind: 'child', label: name };
    return { id: `tool_${name}`, kind: tool?.approval === 'required' ? 'approved' : 'tool', label: name };
  });
  return {
    own,
    nodes: [...ways.map(({ node }) => node), ...called],
    edges: [
      ...ways.map(({ node, label, kind }) => ({ from: own.id, to: node.id, label, kind })),
      ...called.map(({ id }) => ({ from: own.id, to: id, label: '', kind: 'call' as const })),
    ],
  };
}

function afterWorks({ afterWork, afterWorks = [] }: Pick<AgentDefinition, 'afterWork' | 'afterWorks'>) {
  return [
    ...afterWorks.map(({ target, when, available }) => ({
      target,
      label: when ?? available ?? '',
      kind: 'after_work' as const,
    })),
    ...(afterWork === undefined ? [] : [{ target: afterWork, label: '', kind: 'after_work' as const }]),
  ];
}

/** What the pattern adds to what agents say themselves. */
function patternParts(pattern: Pattern, agents: readonly string[], about: { label: string; group: string }): Part {
  const ids = agents.map((name) => `agent_${name}`);
  if (pattern.kind === 'default') return { nodes: [], edges: [] };
  const { label, group } = about;
  if (pattern.kind === 'round_robin') {
    const edges = ids.map((from, index): GraphEdge => {
      const to = ids[(index + 1) % ids.length] ?? from;
      return { from, to, label, kind: 'pattern', group };
    });
    return { nodes: [], edges };
  }
  const node = choiceOf(pattern.kind);
  const edge = { kind: 'pattern', group } as const;
  const transitions = pattern.transitions;
  return {
    nodes: [node],
    edges: [
      ...ids.map((from): GraphEdge => ({ from, to: node.id, label, ...edge })),
      ...(transitions === undefined
        ? ids.map((to): GraphEdge => ({ from: node.id, to, label: '', ...edge }))
        : Object.entries(transitions).flatMap(([from, to]) =>
            to.map((name): GraphEdge => ({
              from: node.id,
              to: name === 'user' ? 'person' : `agent_${name}`,
              label: `after ${from}`,
              after: `agent_${from}`,
              ...edge,
            })),
          )),
    ],
  };
}

function choiceOf(kind: 'auto' | 'random' | 'manual'): GraphNode {
  const target = { auto: 'group_manager', random: 'random', manual: 'ask_user' } as const;
  return nodeOf({ kind: target[kind] }, '');
}

function partsOfChild(child: ChildDefinition): Part {
  const label = child.branches.length === 1 ? child.title : `${child.title} (${child.mode})`;
  const own: GraphNode = { id: `child_${child.name}`, kind: 'child', label };
  const after = child.then === undefined ? [] : [nodeOf(child.then, own.id)];
  const branches = child.branches.map((branch) => branchParts(own, branch));
  return {
    own,
    nodes: [...after, ...branches.flatMap(({ nodes }) => nodes)],
    edges: [
      ...branches.flatMap(({ edges }) => edges),
      ...after.map(({ id }) => ({ from: own.id, to: id, label: '', kind: 'after_work' as const })),
    ],
  };
}

function branchParts(own: GraphNode, { name, pattern, agents }: Branch): Part {
  const label = own.id === `child_${name}` ? '' : name;
  const begins: GraphEdge = { from: own.id, to: `agent_${pattern.initialAgent}`, label, kind: 'call' };
  const inside = patternParts(pattern, agents, { label, group: `${own.id}/${name}` });
  return { nodes: inside.nodes, edges: [begins, ...inside.edges] };
}

function guardrailParts({ guardrails = [] }: WorkflowDefinition): Part {
  const redirects = guardrails.flatMap(({ name, target, agents = [] }) =>
    target === undefined ? [] : agents.map((agent) => ({ name, agent, node: nodeOf(target, `agent_${agent}`) })),
  );
  return {
    nodes: redirects.map(({ node }) => node),
    edges: redirects.map(({ name, agent, node }) => ({
      from: `agent_${agent}`,
      to: node.id,
      label: `guardrail ${name}`,
      kind: 'context',
    })),
  };
}
