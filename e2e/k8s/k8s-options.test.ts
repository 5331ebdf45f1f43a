import { describe, expect, it } from '@jest/globals';
import { parseK8sOptions } from './k8s-options.ts';

describe('npm run test:k8s', () => {
  it('changes a cluster only when its context is named', () => {
    expect(parseK8sOptions([])).toEqual({ natsHost: '127.0.0.1' });
    expect(parseK8sOptions(['--apply', 'lab', '--nats-host=host.internal'])).toEqual({
      apply: 'lab',
      natsHost: 'host.internal',
    });
    expect(() => parseK8sOptions(['--apply'])).toThrow('--apply');
    expect(() => parseK8sOptions(['--apply='])).toThrow('names the context');
    expect(() => parseK8sOptions(['--force'])).toThrow('--force');
  });
});
