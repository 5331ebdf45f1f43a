import type { NewEvent, NewEventOf } from '@colloquy/contracts';
import { completion, type Context } from './context.ts';
import { agentOf } from './model-tools.ts';
import { TO_PERSON } from './reserved-tools.ts';

/** Why an agent has its turn. */
export type SelectedBy = NewEventOf<'speaker_selected'>['by'];

/** Nobody can speak: the run ends. */
export function nobody({ run }: Pick<Context, 'run'>, text = 'Nobody is to speak next.'): NewEvent[] {
  return completion(run, 'no_next_speaker', text);
}

/** The turn of an agent, or of the person: then the run ends, and their next message begins another. */
export function selected(
  { run, workflow }: Pick<Context, 'run' | 'workflow'>,
  name: string,
  about: Pick<NewEventOf<'speaker_selected'>, 'by' | 'candidates' | 'reason'>,
): NewEvent[] {
  if (agentOf(workflow, name) !== undefined) {
    return [{ type: 'speaker_selected', runId: run.runId, agent: name, ...about }];
  }
  return nobody({ run }, name === TO_PERSON ? 'It is the turn of the person.' : `There is no agent "${name}".`);
}
