import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { lostIn } from './lost.ts';
import { WORDS } from './people.ts';
import { scaleService } from './run-scale.ts';

const chatId = 'chat-of-somebody-0001';
const WHOLE = Array.from({ length: WORDS }, (_, at) => `w${String(at + 1)}`).join(' ');

/** What a message leaves on the log, as far as it is looked at. */
const answered = ['user_message', 'run_started', 'text', 'run_completed'] as const;
const events = (types: readonly string[], text = WHOLE): ChatEvent[] =>
  types.map((type, at) => ({ type, seq: at + 1, ...(type === 'text' ? { text } : {}) }) as unknown as ChatEvent);

describe('what was lost', () => {
  it('is nothing when every message has its answer', () => {
    expect(lostIn({ chatId, said: 2 }, events([...answered, ...answered]))).toEqual([]);
  });

  it('is a message, an answer, a part of one, a double or a hole', () => {
    expect(lostIn({ chatId, said: 2 }, events(answered)).join('\n')).toMatch(/1 × user_message for 2 messages/);
    expect(lostIn({ chatId, said: 1 }, events([...answered, 'run_completed'])).join('\n')).toMatch(/2 × run_completed/);
    expect(lostIn({ chatId, said: 1 }, events(answered, 'w1 w2'))).toEqual([
      `${chatId}: 0 whole answers to 1 messages`,
    ]);
    const [first, , ...rest] = events([answered[0], 'usage', ...answered.slice(1)]);
    expect(lostIn({ chatId, said: 1 }, first === undefined ? [] : [first, ...rest])).toEqual([
      `${chatId}: events are not contiguous`,
    ]);
  });
});

describe('scaling', () => {
  it('P8: more orchestrators do more at once, and scaling in under load loses nothing', async () => {
    const options = { services: ['orchestrator'], most: 2, seconds: 2, people: 12, json: false } as const;
    const { figures, verdict } = await scaleService('orchestrator', {
      options,
      print: (line) => process.stdout.write(`${line}\n`),
      signal: new AbortController().signal,
    });
    expect(verdict.faults).toEqual([]);
    expect(verdict.chats).toBeGreaterThanOrEqual(options.people);
    expect(figures.map(({ instances }) => instances)).toEqual([1, 2]);
    // Twelve people and four places: somebody waits. That it is twice as fast is for `npm run scale` to say.
    expect(figures[0]?.lag.waiting).toBeGreaterThan(0);
  });
});
