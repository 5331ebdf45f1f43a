import { describe, expect, it } from '@jest/globals';
import type { Env } from '../servers/env.ts';
import { topology, type Service } from '../topology.ts';
import { serviceEnvironment } from './service-environment.ts';

const urls = new Map([
  ['nats', ['nats://127.0.0.1:1']],
  ['mongodb', ['mongodb://127.0.0.1:2/colloquy']],
  ['demo-model', ['http://127.0.0.1:3', 'http://127.0.0.1:4']],
  ['api-gateway', ['http://127.0.0.1:5', 'http://127.0.0.1:6']],
]);

function service(name: string): Service {
  const found = topology.find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

const environment = (name: string, own: Env = {}, at = 0): Env =>
  serviceEnvironment(service(name), { at, port: 4000, parts: { root: '/checkout', own, urls, secret: 'made' } });

describe('serviceEnvironment', () => {
  it('fills in addresses, folders, secrets and defaults', () => {
    expect(environment('api-gateway')).toMatchObject({
      PORT: '4000',
      HOST: '127.0.0.1',
      NATS_URL: 'nats://127.0.0.1:1',
      MONGODB_URI: 'mongodb://127.0.0.1:2/colloquy',
      WORKFLOWS_DIR: '/checkout/workflows',
      AUTH_MODE: 'guest',
      AUTH_SECRET: 'made',
    });
  });

  it('is no production, also where the shell says so', () => {
    const own = { NODE_ENV: 'production', LOG_LEVEL: 'warn' };
    expect(environment('api-gateway', own)).toMatchObject({
      NODE_ENV: undefined,
      AUTH_MODE: 'guest',
      LOG_LEVEL: 'warn',
    });
  });

  it('shares the instances of the demo model out', () => {
    const seen = [0, 1, 2].map((at) => environment('orchestrator', {}, at)['DEMO_MODEL_URL']);
    expect(seen).toEqual(['http://127.0.0.1:3/v1', 'http://127.0.0.1:4/v1', 'http://127.0.0.1:3/v1']);
  });

  it('lists every instance where the edge chooses', () => {
    expect(environment('edge')['API_URLS']).toBe('http://127.0.0.1:5,http://127.0.0.1:6');
    expect(environment('edge')['WEB_URLS']).toBeUndefined();
  });

  it('lets the person who starts decide, except over ports and addresses', () => {
    const own = {
      AUTH_SECRET: 'mine',
      LOG_LEVEL: 'debug',
      OPENAI_API_KEY: 'key',
      PORT: '1',
      HEALTH_PORT: '2',
      NATS_URL: 'nats://old',
    };
    expect(environment('orchestrator', own)).toMatchObject({
      LOG_LEVEL: 'debug',
      OPENAI_API_KEY: 'key',
      PORT: '4000',
      NATS_URL: 'nats://127.0.0.1:1',
    });
    expect(environment('orchestrator', own)['HEALTH_PORT']).toBeUndefined();
    expect(environment('api-gateway', own)['AUTH_SECRET']).toBe('mine');
  });

  it('leaves a secret that is given as a file to the service', () => {
    const env = environment('api-gateway', { AUTH_SECRET_FILE: '/run/secret' });
    expect([env['AUTH_SECRET'], env['AUTH_SECRET_FILE']]).toEqual([undefined, '/run/secret']);
  });

  it('opens only the edge to other machines, and only when asked to', () => {
    expect(environment('edge', { HOST: '0.0.0.0' })['HOST']).toBe('0.0.0.0');
    expect(environment('api-gateway', { HOST: '0.0.0.0' })['HOST']).toBe('127.0.0.1');
  });
});
