/** Kills the orchestrator that runs a chat, at points of the chat that were drawn before. */
import type { Seeded } from '../../chaos/seeded.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { Fleet, Member } from './fleet.ts';
import { isProgress } from './lines-of-runs.ts';

/** When to kill: once the chat has so many lines, and then so many milliseconds later. */
export interface KillPoint {
  readonly lines: number;
  readonly afterMs: number;
}

/** Longest time after an event, in ms: about as long as the demo model streams a sentence. */
const MOMENT_MS = 400;
/** A run that was begun five times without getting further counts as poison: this test must not look like one. */
const CALM_ATTEMPTS = 2;

/** The last lines of a chat, which are left out: it would end before anybody is killed. */
const LAST_LINES = 6;

/** Draws points of a chat that will have so many lines. */
export function drawKillPoints(random: Seeded, lines: number, count: number): KillPoint[] {
  return Array.from({ length: count }, () => ({
    lines: random.whole(2, lines - LAST_LINES),
    afterMs: random.whole(0, MOMENT_MS),
  }));
}

/** See the top of the file. */
export class Killer {
  /** What was killed when, in words. */
  readonly story: string[] = [];
  readonly #fleet: Fleet;
  readonly #chats: readonly string[];
  readonly #most: number;
  readonly #dead = new Set<number>();
  readonly #began = performance.now();

  /** Kills so many times at `most`, the hunts of all chats together. */
  constructor(fleet: Fleet, chats: readonly string[], most: number) {
    this.#fleet = fleet;
    this.#chats = chats;
    this.#most = most;
  }

  /** Kills at each of the points in the order of their lines; those that are left when the chat ends are left out. */
  async hunt(chatId: string, points: readonly KillPoint[]): Promise<void> {
    for (const point of points.toSorted((a, b) => a.lines - b.lines)) {
      const what = `line ${String(point.lines)} of ${chatId}`;
      await waitFor(() => (this.#isOver(chatId) || this.#lines(chatId) >= point.lines ? true : undefined), {
        what,
        withinMs: 180_000,
        everyMs: 5,
      });
      // The point itself: so long after its event.
      await new Promise((resolve) => setTimeout(resolve, point.afterMs));
      const victim = await this.#victim(chatId);
      if (victim === 'over' || this.story.length >= this.#most) return;
      this.#fleet.signal(victim, 'SIGKILL');
      const last = this.#fleet.seen(chatId).at(-1)?.event;
      const where = `after event ${String(last?.seq)} ${last?.type ?? ''}`;
      const drawn = `drawn: line ${String(point.lines)} and ${String(point.afterMs)} ms`;
      const at = `${((performance.now() - this.#began) / 1000).toFixed(1)} s`;
      this.story.push(`${at}: ${chatId}: kill -9 of ${victim.worker} ${where} (${drawn})`);
    }
  }

  /** Who runs the chat and is alive; waits while it is being taken over. */
  #victim(chatId: string): Promise<Member | 'over'> {
    return waitFor(
      async () => {
        if (this.#isOver(chatId)) return 'over';
        const members = await this.#fleet.members();
        const worker = this.#ownerOf(chatId);
        const owner = members.find((member) => member.worker === worker && !this.#dead.has(member.pid));
        if (owner === undefined) return undefined;
        const others = this.#chats.filter((other) => this.#ownerOf(other) === worker);
        if (others.some((other) => this.#isStrained(other))) return undefined;
        // In the same breath: nobody is killed for two chats.
        this.#dead.add(owner.pid);
        return owner;
      },
      { what: `somebody who runs ${chatId}`, withinMs: 90_000, everyMs: 10 },
    );
  }

  #lines(chatId: string): number {
    return this.#fleet.seen(chatId).filter(({ event }) => isProgress(event)).length;
  }

  #ownerOf(chatId: string): string | undefined {
    if (this.#isOver(chatId)) return undefined;
    const owners = this.#fleet.seen(chatId).map(({ event }) => ('worker' in event ? event.worker : undefined));
    return owners.findLast((worker) => worker !== undefined);
  }

  #isOver(chatId: string): boolean {
    const root = this.#fleet.all(chatId, 'run_started')[0]?.runId;
    return this.#fleet
      .seen(chatId)
      .some(({ event: { type, runId } }) => runId === root && /^run_(completed|failed|cancelled)$/.test(type));
  }

  #isStrained(chatId: string): boolean {
    const claim = this.#fleet.all(chatId, 'run_claimed').at(-1);
    if (claim === undefined || claim.attempt <= CALM_ATTEMPTS) return false;
    return !this.#fleet.seen(chatId).some(({ event }) => event.seq > claim.seq && isProgress(event));
  }
}
