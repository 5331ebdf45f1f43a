import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../paths.ts';
import { readCompose } from './compose-model.ts';
import { composeMistakes } from './fixtures/compose-mistakes.ts';
import { composeRules } from './rules/compose-rules.ts';

const FILE = 'docker-compose.yml';
const compose = readCompose(FILE, readFileSync(join(root, FILE), 'utf8'));

describe('docker-compose.yml', () => {
  it.each(composeRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(rule.check(compose)).toEqual([]);
  });
});

describe('a mistake in docker-compose.yml', () => {
  it.each(composeMistakes.map((one) => [one.mistake, one.rule, one.plant] as const))(
    '%s: %s finds it',
    (_, rule, plant) => {
      const broken = structuredClone(compose);
      plant(broken);
      const found = composeRules.filter(({ check }) => check(broken).length > 0).map(({ name }) => name);
      expect(found).toContain(rule);
    },
  );

  it('of each kind is planted: every rule has one that it finds', () => {
    const planted = new Set(composeMistakes.map(({ rule }) => rule));
    expect(composeRules.map(({ name }) => name).filter((name) => !planted.has(name))).toEqual([]);
  });
});
