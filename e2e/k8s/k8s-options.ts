import { parseArgs } from 'node:util';

/** What `npm run test:k8s` may do, and where. */
export interface K8sOptions {
  /** The context of KUBECONFIG whose cluster may be changed; undefined: it is only asked. */
  readonly apply?: string;
  /** Where KEDA reaches what listens on this machine's 127.0.0.1. */
  readonly natsHost: string;
}

/**
 * Reads the options of `npm run test:k8s`.
 * @throws Error that says what is wrong with them
 */
export function parseK8sOptions(args: readonly string[]): K8sOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { apply: { type: 'string' }, 'nats-host': { type: 'string', default: '127.0.0.1' } },
  });
  const { apply, 'nats-host': natsHost } = values;
  if (apply === '') throw new Error('--apply names the context of KUBECONFIG whose cluster may be changed');
  return { natsHost, ...(apply === undefined ? {} : { apply }) };
}
