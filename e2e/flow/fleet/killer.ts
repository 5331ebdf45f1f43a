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

/** Draws points of a chat that will have so many lines, in their order; the last lines are left out: a kill takes a while. */
export function drawKillPoints(random: Seeded, lines: number, count: number): KillPoint[] {
  return Array.from({ length: count }, () => ({
    lines: random.whole(2, lines - 6),
    afterMs: random.whole(0, MOMENT_MS),
  })).sort((a, b) => a.lines - b.lines);
}

/** See the top of the file. */
export class Killer {
  /** What was killed when, in words. */
  readonly story: string[] = [];
  readonly #fleet: Fleet;
  readonly #chats: readonly string[];
  readonly #dead = new Set<number>();

  constructor(fleet: Fleet, chats: readonly string[]) {
    this.#fleet = fleet;
    this.#chats = chats;
  }

  /** Kills at each of the points; those that the chat has passed by when it ends are left out. */
  async hunt(chatId: string, points: readonly KillPoint[]): Promise<void> {
    for (const point of points) {
      const what = `line ${String(point.lines)} of ${chatId}`;
      await waitFor(() => (this.#isOver(chatId) || this.#lines(chatId) >= point.lines ? true : undefined), {
        what,
        withinMs: 120_000,
        everyMs: 5,
      });
      // The point itself: so long after its event.
      await new Promise((resolve) => setTimeout(resolve, point.afterMs));
      const victim = await this.#victim(chatId);
      if (victim === 'over') return;
      this.#dead.add(victim.pid);
      this.#fleet.signal(victim, 'SIGKILL');
      const last = this.#fleet.seen(chatId).at(-1)?.event;
      const point_ = `drawn: line ${String(point.lines)} and ${String(point.afterMs)} ms`;
      this.story.push(
        `${chatId}: kill -9 of ${victim.worker} after event ${String(last?.seq)} ${last?.type ?? ''} (${point_})`,
      );
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
        return others.some((other) => this.#isStrained(other)) ? undefined : owner;
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
