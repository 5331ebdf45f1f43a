/** Both languages of every part. That they have the same keys and parameters is proved by types. */
import { globSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { UseWords } from './define-words.ts';

const SOURCE = path.join(import.meta.dirname, '..');

/** Words that are the same in both languages. */
const SAME: ReadonlySet<string> = new Set([
  ...[
    'agent',
    'agents',
    'app',
    'chat',
    'chats',
    'code',
    'colloquy',
    'details',
    'enter',
    'export',
    'filter',
    'esc',
    'alt',
    'in',
  ],
  ...['json', 'link', 'markdown', 'name', 'png', 'start', 'status', 'system', 'team', 'text', 'token', 'tokens'],
  ...['version', 'workflow', 'workflows'],
]);

interface Leaf {
  readonly at: string;
  readonly english: string;
  readonly german: string;
}

/** Parameters with which a text that is made of some is tried. */
const TRIED = [3, 4, 5] as const;

function leaves(english: unknown, german: unknown, at: string): Leaf[] {
  if (typeof english === 'string') return [{ at, english, german: String(german) }];
  if (isMade(english) && isMade(german)) {
    return [{ at, english: english(...TRIED), german: german(...TRIED) }];
  }
  if (typeof english !== 'object' || english === null) throw new Error(`${at} is no text`);
  const other = german as Readonly<Record<string, unknown>>;
  return Object.entries(english).flatMap(([key, value]) => leaves(value, other[key], `${at}.${key}`));
}

/** A text that is made of some parameters. */
function isMade(value: unknown): value is (...parts: readonly number[]) => string {
  return typeof value === 'function';
}

function isUntranslated({ english, german }: Leaf): boolean {
  const words = english.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
  return english === german && words.some((word) => !SAME.has(word));
}

function isWordsHook(value: unknown): value is UseWords<object> {
  return typeof value === 'function' && 'english' in value && 'others' in value;
}

const parts = globSync('**/*words.ts', { cwd: SOURCE })
  .filter((part) => !part.endsWith('define-words.ts'))
  .sort();

describe('words', () => {
  it.each(parts)('of %s are all translated', async (part) => {
    const exported = (await import(path.join(SOURCE, part))) as Readonly<Record<string, unknown>>;
    const hooks = Object.values(exported).filter(isWordsHook);
    expect(hooks.length).toBeGreaterThan(0);
    for (const { english, others } of hooks) {
      const { words: german } = await others.de();
      const all = leaves(english, german, part);
      expect(all.length).toBeGreaterThan(0);
      expect(all.filter(isUntranslated)).toEqual([]);
      expect(all.filter(({ english: text, german: other }) => (text === '') !== (other === ''))).toEqual([]);
    }
  });
});
