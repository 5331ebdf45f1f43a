import type { AgentDefinition, WorkflowDefinition } from '@colloquy/contracts';

/** What an agent knows of the others, for its system message; empty where the pattern does not introduce them. */
export function introductionsOf({ agents, pattern }: WorkflowDefinition, { name: own }: AgentDefinition): string {
  if (pattern.introductions !== true) return '';
  const others = agents.filter(({ name }) => name !== own);
  // Who is no agent (the one that only chooses) is told of them anyway.
  if (others.length === 0 || others.length === agents.length) return '';
  const lines = others.map(({ name, title, description }) => {
    const about = description === '' ? title : description;
    return about === '' ? `- ${name}` : `- ${name}: ${about}`;
  });
  return `The others in this chat:\n${lines.join('\n')}`;
}
