import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { EnvError, readEnv } from './read-env.ts';
import { envList, envUrls, serviceEnv } from './service-env.ts';

const schema = z.object({
  NATS_URL: z.string(),
  MAX_RUNS: z.coerce.number().int().min(1).default(4),
  AUTH_SECRET: z.string(),
});
const folder = mkdtempSync(join(tmpdir(), 'read-env-'));

function file(content: string): string {
  const path = join(folder, `${content.length}.txt`);
  writeFileSync(path, content);
  return path;
}

function faultsOf(source: Record<string, string>): readonly string[] {
  try {
    readEnv(schema, source);
  } catch (error) {
    if (error instanceof EnvError) return error.faults;
    throw error;
  }
  return [];
}

describe('readEnv', () => {
  it('reads values, defaults, and files without the blanks around', () => {
    const source = { NATS_URL: 'nats://a', AUTH_SECRET_FILE: file('secret \n'), OTHER_FILE: '/not/there' };
    expect(readEnv(schema, source)).toEqual({ NATS_URL: 'nats://a', MAX_RUNS: 4, AUTH_SECRET: 'secret' });
  });

  it('reports every fault at once, and no value', () => {
    const faults = faultsOf({ MAX_RUNS: 'hunter2', AUTH_SECRET_FILE: '/not/there' });
    expect(faults).toEqual([
      'AUTH_SECRET_FILE: the file /not/there cannot be read (ENOENT)',
      'NATS_URL: is not set',
      'MAX_RUNS: expected number',
    ]);
  });

  it('takes an empty value for none, and refuses a value given twice', () => {
    expect(faultsOf({ NATS_URL: '', AUTH_SECRET: 'a', AUTH_SECRET_FILE: file('b') })).toEqual([
      'AUTH_SECRET: set as AUTH_SECRET and as AUTH_SECRET_FILE; keep one of them',
      'NATS_URL: is not set',
    ]);
  });

  it('knows the variables of every service', () => {
    expect(readEnv(z.object(serviceEnv), { PORT: '80', LOG_PRETTY: 'yes' })).toEqual({
      PORT: 80,
      HOST: '0.0.0.0',
      LOG_LEVEL: 'info',
      LOG_PRETTY: true,
      DRAIN_MS: 10_000,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: 1,
    });
  });

  it('reads lists', () => {
    const lists = z.object({ NAMES: envList, URLS: envUrls, NONE: envUrls.default([]) });
    expect(readEnv(lists, { NAMES: ' a, ,b', URLS: 'http://a:1/,https://b' })).toEqual({
      NAMES: ['a', 'b'],
      URLS: ['http://a:1', 'https://b'],
      NONE: [],
    });
    expect(() => readEnv(lists, { NAMES: '', URLS: 'ftp://a' })).toThrow(/URLS\.0: must be http/);
  });
});
