import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readGatewayEnv } from './env.ts';

const GOOD = {
  NATS_URL: 'nats://127.0.0.1:4222',
  MONGODB_URI: 'mongodb://127.0.0.1:27017',
  AUTH_SECRET: 's'.repeat(32),
  WORKFLOWS_DIR: 'workflows',
};

const before = process.env;
beforeEach(() => {
  process.env = { ...GOOD };
});
afterEach(() => {
  process.env = before;
});

describe('the environment', () => {
  it('takes guests where nobody speaks of production', () => {
    expect(readGatewayEnv()).toMatchObject({ AUTH_MODE: 'guest', ALLOW_GUESTS: false });
  });

  it('refuses guests in production, says how to mend it, and names every other fault too', () => {
    Object.assign(process.env, { NODE_ENV: 'production', NATS_URL: '' });
    expect(readGatewayEnv).toThrow(
      /2 faults[^]*NATS_URL: is not set[^]*AUTH_MODE: must not be guest[^]*ALLOW_GUESTS=true/,
    );
  });

  it.each([{ ALLOW_GUESTS: 'true' }, { AUTH_MODE: 'jwt' }, { NODE_ENV: 'development' }])(
    'starts with %j',
    (setting) => {
      Object.assign(process.env, { NODE_ENV: 'production' }, setting);
      expect(readGatewayEnv()).toMatchObject({ NODE_ENV: 'NODE_ENV' in setting ? 'development' : 'production' });
    },
  );
});
