import { type Clock, workflowDefinitionSchema, WORKFLOWS_BUCKET } from '@colloquy/contracts';
import type { BrokerLink } from './broker-link.ts';
import type { WorkflowBucket } from './ports.ts';
import { storeMessage } from './store-message.ts';

const HASH = /^[A-Za-z0-9_=-]{1,128}$/;

/** Stream behind the KV bucket of that name. */
export const WORKFLOWS_STREAM = `KV_${WORKFLOWS_BUCKET}`;

/**
 * The bucket over one connection. A key is a hash of its value, so putting it twice changes nothing; reads ask the
 * leader, since a replica may not have yet what a run was started with a moment ago.
 */
export function createWorkflowBucket({ link, clock }: { link: BrokerLink; clock: Clock }): WorkflowBucket {
  return {
    async put(hash, definition) {
      await storeMessage({ link, clock, subject: keySubject(hash), data: JSON.stringify(definition), headers: {} });
    },
    async get(hash) {
      const message = await link.lastOf(WORKFLOWS_STREAM, keySubject(hash));
      return message === undefined || message.data === ''
        ? undefined
        : workflowDefinitionSchema.parse(JSON.parse(message.data));
    },
  };
}

function keySubject(hash: string): string {
  if (!HASH.test(hash)) throw new RangeError(`not a hash: ${JSON.stringify(hash)}`);
  return `$KV.${WORKFLOWS_BUCKET}.${hash}`;
}
