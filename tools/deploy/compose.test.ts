import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../paths.ts';
import { readCompose } from './compose-model.ts';
import { composeRules } from './rules/compose-rules.ts';

const FILE = 'docker-compose.yml';
const compose = readCompose(FILE, readFileSync(join(root, FILE), 'utf8'));

describe('docker-compose.yml', () => {
  it.each(composeRules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(rule.check(compose)).toEqual([]);
  });
});
