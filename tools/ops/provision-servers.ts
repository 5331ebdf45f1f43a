import { provision } from '../launcher/provision.ts';
import { addressOf } from './addresses-of.ts';
import type { OpsCommand } from './ops-command.ts';

/** Streams, consumers and indexes, also of servers that run elsewhere. */
export const provisionServers: OpsCommand = {
  usage: 'provision',
  text: 'make streams, consumers and indexes, or change them to what this version needs',
  async run(context) {
    const [nats, mongodb] = [await addressOf('nats', context), await addressOf('mongodb', context)];
    const urls = new Map([
      ['nats', [nats]],
      ['mongodb', [mongodb]],
    ]);
    await provision({ urls, env: context.env });
    context.print('Streams, consumers and indexes are there.');
  },
};
