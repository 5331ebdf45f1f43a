import { FILES_BUCKET, type Clock, type Ids } from '@colloquy/contracts';
import { BrokerRefusedError, BrokerUnavailableError } from './broker-errors.ts';
import type { BrokerLink, PublishOutcome, StoredMessage } from './broker-link.ts';
import { sortRefusal } from './error-codes.ts';
import { HEADERS } from './message-headers.ts';
import type { FileRecords, KeptRecord } from './ports.ts';

/** Stream behind the KV bucket of that name. */
export const FILES_STREAM = `KV_${FILES_BUCKET}`;
/** Stream behind the object store of that name, where the bytes of files are by default. */
export const FILE_BYTES_STREAM = `OBJ_${FILES_BUCKET}`;

const PART = /^[A-Za-z0-9_-]{1,64}$/;
const PAGE = 256;
const GIVE_UP_MS = 5000;
const WAIT_MS = 100;

interface Parts {
  readonly link: BrokerLink;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * The bucket over one connection. One record is read from the leader, and written only on top of what was read; lists
 * come from any replica.
 */
export function createFileRecords(parts: Parts): FileRecords {
  const { link } = parts;
  return {
    async get(owner, id) {
      const found = await link.lastOf(FILES_STREAM, subjectOf(owner, id));
      return found === undefined || found.data === '' ? undefined : kept(found);
    },
    async put(owner, id, { value, revision }) {
      const subject = subjectOf(owner, id);
      const at = await replace(parts, subject, { data: value, revision });
      if (at !== undefined || revision > 0) return at;
      // An empty record is none: who removed it came no further.
      const last = await link.lastOf(FILES_STREAM, subject);
      return last?.data === '' ? replace(parts, subject, { data: value, revision: last.seq }) : undefined;
    },
    async remove(owner, id, revision) {
      const subject = subjectOf(owner, id);
      const at = await replace(parts, subject, { data: '', revision });
      if (at === undefined) return false;
      // The empty record is what counts; that it goes too is tidiness.
      await link.purge({ stream: FILES_STREAM, filter: subject, upToSeq: at });
      return true;
    },
    list: (owner) => pages(link, owner === undefined ? '*.*' : `${part(owner)}.*`),
  };
}

async function* pages(link: BrokerLink, keys: string): AsyncGenerator<KeptRecord> {
  const subject = `$KV.${FILES_BUCKET}.${keys}`;
  for (let seq = 1; ;) {
    const { messages, more } = await link.readPage({ stream: FILES_STREAM, subject, seq, limit: PAGE });
    for (const message of messages) if (message.data !== '') yield kept(message);
    const last = messages.at(-1);
    if (!more || last === undefined) return;
    seq = last.seq + 1;
  }
}

/** Writes on top of `revision` (0: nothing is there); undefined when something else is there. */
async function replace(
  { link, clock, ids }: Parts,
  subject: string,
  { data, revision }: { data: string; revision: number },
): Promise<number | undefined> {
  const headers = { [HEADERS.msgId]: ids.uuid(), [HEADERS.expectedLastSubjectSequence]: String(revision) };
  const deadline = clock.monotonic() + GIVE_UP_MS;
  for (;;) {
    const outcome = await link.publishStored({ subject, data, headers });
    if (outcome.kind === 'stored') return outcome.seq;
    if (isContested(outcome)) return mineAfterAll(link, subject, { data, revision });
    if (outcome.kind === 'refused' && sortRefusal(outcome.code) === 'hopeless') {
      throw new BrokerRefusedError(outcome.code, outcome.message);
    }
    if (clock.monotonic() + WAIT_MS >= deadline) {
      throw new BrokerUnavailableError(`a file's record was not stored within 5 s: ${outcome.message}`);
    }
    await clock.sleep(WAIT_MS);
  }
}

const isContested = (outcome: PublishOutcome): boolean =>
  outcome.kind === 'refused' && sortRefusal(outcome.code) === 'contested';

/** A single server refuses what it has stored already; the very same text from somebody else says the same. */
async function mineAfterAll(
  link: BrokerLink,
  subject: string,
  { data, revision }: { data: string; revision: number },
): Promise<number | undefined> {
  const last = await link.lastOf(FILES_STREAM, subject);
  return last !== undefined && last.seq > revision && last.data === data ? last.seq : undefined;
}

function subjectOf(owner: string, id: string): string {
  return `$KV.${FILES_BUCKET}.${part(owner)}.${part(id)}`;
}

function part(text: string): string {
  if (!PART.test(text)) throw new RangeError(`not a part of a record's key: ${JSON.stringify(text)}`);
  return text;
}

function kept({ subject, data, seq }: StoredMessage): KeptRecord {
  const [, , owner = '', id = ''] = subject.split('.');
  return { owner, id, value: data, revision: seq };
}
