/** A client as it should be: sends a command with a key, and sends what is safe to repeat once more when it fails. */
import { randomUUID } from 'node:crypto';
import { IDEMPOTENCY_HEADER } from '@colloquy/contracts/constants';
import type { Answer, Person } from '../../support/bare-client.ts';

/** What its calls came to. */
export interface Tally {
  calls: number;
  /** Calls that failed at first: `502 service_broke_off`, `ECONNRESET` … */
  readonly repeated: string[];
  /** Calls that failed twice. */
  readonly failed: string[];
}

/** See the top of the file. */
export class PatientPerson {
  readonly tally: Tally = { calls: 0, repeated: [], failed: [] };
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  /** The answer; undefined when it failed twice. */
  async call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer | undefined> {
    const person = method === 'GET' ? this.#person : this.#person.sending({ [IDEMPOTENCY_HEADER]: randomUUID() });
    this.tally.calls += 1;
    for (const notes of [this.tally.repeated, this.tally.failed]) {
      const answer = await person.call(method, path, body).catch((error: unknown) => String(error));
      if (typeof answer !== 'string' && answer.status < 500) return answer;
      notes.push(`${method} ${path}: ${typeof answer === 'string' ? answer : codeOf(answer)}`);
    }
    return undefined;
  }
}

const codeOf = ({ status, body }: Answer): string => `${String(status)} ${String(body['code'])}`;
