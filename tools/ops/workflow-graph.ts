import { createOutsideTools } from '@colloquy/effects';
import { platformClock } from '@colloquy/client';
import { graphOf, type LoadedWorkflow } from '@colloquy/workflows';
import { asDot, asMermaid } from './graph/draw-graph.ts';
import { loadGiven } from './load-given.ts';
import { OpsError, type OpsCommand } from './ops-command.ts';
import { workflowPlace } from './workflow-place.ts';

const FORMATS = { mermaid: asMermaid, dot: asDot };

/** A workflow as a graph: who hands over to whom, and by what. */
export const workflowGraph: OpsCommand = {
  usage: 'workflow graph <name>',
  text: 'its agents, handoffs, children and tools as a graph; --format mermaid (default) or dot',
  async run({ args, cwd, print, options }) {
    const [given] = args;
    if (given === undefined) throw new OpsError('Which workflow? For example: npm run ops -- workflow graph assistant');
    const { format = 'mermaid' } = options ?? {};
    if (!isFormat(format)) throw new OpsError(`--format is one of: ${Object.keys(FORMATS).join(', ')}.`);
    const { dir, name } = workflowPlace(given, cwd);
    const workflow = await load(dir, name);
    if (workflow.runnable === undefined)
      throw new OpsError(`"${name}" cannot be drawn: ${workflow.unavailable ?? 'it is not there'}`);
    print(FORMATS[format](graphOf(workflow.runnable.definition)));
  },
};

const isFormat = (format: string): format is keyof typeof FORMATS => Object.hasOwn(FORMATS, format);

async function load(dir: string, name: string): Promise<LoadedWorkflow> {
  const quiet = (): void => undefined;
  const outside = createOutsideTools({ clock: platformClock, env: {}, log: { info: quiet, warn: quiet } });
  try {
    return await loadGiven(dir, name, { tools: true, outside });
  } finally {
    await outside.close();
  }
}
