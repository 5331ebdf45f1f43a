import type { Entry, EntryList, RunEntry } from '@colloquy/transcript';

/** A part of the work that goes on beside others: a child run. */
export interface Branch {
  readonly runId: string;
  readonly name: string;
  /** 1 for a part of the chat's own run, one more for each part of a part. */
  readonly depth: number;
  readonly parent: Branch | undefined;
}

interface RunFacts {
  readonly branch: Branch | undefined;
  readonly startedAt: string | undefined;
  readonly parentRunId: string | undefined;
  ended: boolean;
  /** Who spoke or worked in it last, and where. */
  last: { readonly agent: string; readonly index: number } | undefined;
}

/**
 * What the entries of a chat say of its runs. It reads each settled entry once, however often it is updated: only when
 * what it has read is gone (a rewound chat, a history that was loaded) it reads all of them anew.
 */
export class RunIndex {
  #runs = new Map<string, RunFacts>();
  #read = 0;
  #firstKey: string | undefined;
  #lastKey: string | undefined;

  /** How many entries from the beginning are settled and were read. */
  get settled(): number {
    return this.#read;
  }

  /** Reads what has settled since. */
  update(entries: EntryList): void {
    if (entries.at(0)?.key !== this.#firstKey || entries.at(this.#read - 1)?.key !== this.#lastKey) {
      this.#runs = new Map();
      this.#read = 0;
    }
    for (let entry = entries.at(this.#read); entry !== undefined && isSettled(entry); entry = entries.at(this.#read)) {
      this.#take(entry, this.#read);
      this.#read += 1;
      this.#lastKey = entry.key;
    }
    this.#firstKey = this.#read === 0 ? undefined : entries.at(0)?.key;
    if (this.#read === 0) this.#lastKey = undefined;
  }

  /** The branch that a run is; undefined of the chat's own runs, and of those that began before what is loaded. */
  branchOf(runId: string | undefined): Branch | undefined {
    return runId === undefined ? undefined : this.#runs.get(runId)?.branch;
  }

  /** When a run began, ISO-8601; undefined when that lies before what is loaded. */
  startOf(runId: string): string | undefined {
    return this.#runs.get(runId)?.startedAt;
  }

  /** Who spoke or worked last in a run, and at which place. */
  lastOf(runId: string): { readonly agent: string; readonly index: number } | undefined {
    return this.#runs.get(runId)?.last;
  }

  /** The branches that go on and are not themselves parted into branches that do. */
  working(): Branch[] {
    const going = [...this.#runs.values()].filter(({ ended, branch }) => !ended && branch !== undefined);
    const parents = new Set(going.map(({ parentRunId }) => parentRunId));
    return going.flatMap(({ branch }) => (branch === undefined || parents.has(branch.runId) ? [] : [branch]));
  }

  #take(entry: Entry, index: number): void {
    if (entry.kind === 'run') this.#takeRun(entry);
    else if (entry.kind === 'agent' || entry.kind === 'tool' || entry.kind === 'reasoning') {
      const facts = this.#runs.get(entry.runId);
      if (facts !== undefined) facts.last = { agent: entry.agent, index };
    }
  }

  #takeRun(entry: RunEntry): void {
    const { runId, parentRunId, phase } = entry;
    if (phase === 'started') {
      const branch = parentRunId === undefined ? undefined : this.#branch(entry, parentRunId);
      this.#runs.set(runId, { branch, parentRunId, startedAt: entry.at, ended: false, last: undefined });
      return;
    }
    if (!ENDS.has(phase)) return;
    const facts = this.#runs.get(runId);
    if (facts !== undefined) facts.ended = true;
    // What is still open of a run that is over is over too.
    if (parentRunId === undefined) for (const each of this.#runs.values()) each.ended = true;
  }

  #branch({ runId, branch, workflow }: RunEntry, parentRunId: string): Branch {
    const parent = this.branchOf(parentRunId);
    return { runId, name: branch ?? workflow ?? '', depth: (parent?.depth ?? 0) + 1, parent };
  }
}

const ENDS: ReadonlySet<RunEntry['phase']> = new Set(['completed', 'failed', 'cancelled']);

/** Whether an entry keeps its place from now on; those that do not come after all that do. */
function isSettled(entry: Entry): boolean {
  switch (entry.kind) {
    case 'agent':
    case 'reasoning':
      return entry.state !== 'streaming';
    case 'tool':
      return entry.state !== 'arguments';
    case 'user':
      return !entry.queued;
    default:
      return true;
  }
}

/** The run that an entry belongs to; undefined of what belongs to none. */
export function runOf(entry: Entry): string | undefined {
  if (entry.kind === 'question') return entry.question.runId;
  return 'runId' in entry ? entry.runId : undefined;
}
