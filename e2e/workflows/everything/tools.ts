import { defineTool, result } from '@colloquy/workflows';
import { z } from 'zod';

export const lookUp = defineTool({
  name: 'look_up',
  description: 'Looks a word up.',
  idempotent: true,
  input: z.object({ query: z.string() }),
  run: ({ query }, { progress }) => {
    progress(`Looking for ${query}`);
    return { results: [{ title: query, excerpt: `All that is known about ${query}.` }] };
  },
});

export const pay = defineTool({
  name: 'pay',
  description: 'Pays an amount, in euros.',
  onInterrupted: 'fail',
  input: z.object({ amount: z.number() }),
  run: ({ amount }, { idempotencyKey }) => ({ paid: amount, receipt: idempotencyKey }),
});

export const remember = defineTool({
  name: 'remember',
  description: 'Keeps a note for later, and lets the same agent go on.',
  idempotent: true,
  input: z.object({ note: z.string() }),
  run: ({ note }) => result({ value: 'noted', set: { stage: note }, target: 'writer' }),
});

/** Called by the engine: where the turn goes after the writer. */
export const pickNext = defineTool({
  name: 'pick_next',
  description: 'Says who is next.',
  idempotent: true,
  input: z.looseObject({}),
  run: (_input, { variables }) =>
    result({
      value: 'picked',
      set: { stage: 'judged' },
      target: Number(variables['drafts']) > 0 ? 'reviewer' : 'writer',
    }),
});

/** Called by the engine: may these arguments pass? */
export const checkAmount = defineTool({
  name: 'check_amount',
  description: 'Trips on an amount that nobody has.',
  idempotent: true,
  input: z.looseObject({ text: z.string() }),
  run: ({ text }) => ({ tripped: /[0-9]{7,}/.test(text), reason: 'Nobody has that much.' }),
});

/** Called by the engine: a summary of what was said. */
export const shorten = defineTool({
  name: 'shorten',
  description: 'Keeps the first words.',
  idempotent: true,
  input: z.looseObject({}),
  run: (input) => JSON.stringify(input).slice(0, 120),
});
