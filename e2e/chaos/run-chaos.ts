/** One chaos run: the real system, a crowd, a schedule of faults, and the verdict. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../tools/servers/index.ts';
import type { ChaosOptions } from './chaos-options.ts';
import { ChaosSystem } from './chaos-system.ts';
import { Collector } from './collect.ts';
import { Crowd } from './crowd.ts';
import { ChaosEndedError, pause, unlessEnded } from './ending.ts';
import type { ChatEvidence, Violation } from './evidence.ts';
import { eventsOf } from './evidence.ts';
import { judgeTwice, judgeSeen, judgeSharing, judgeTakeovers, storyAround } from './judge.ts';
import { slowestOf } from './ledger.ts';
import { FaultMaker } from './make-faults.ts';
import { natsInSync, queueStates } from './nats-sync.ts';
import type { Outcome } from './report.ts';
import { RoughCable } from './rough-cable.ts';
import { CABLES, drawSchedule, victimOf, type Fault } from './schedule.ts';
import { Seeded } from './seeded.ts';
import { SmallDisks } from './small-disks.ts';
import { takeoversOf } from './takeover.ts';

/** What a run is made with. */
export interface ChaosRun {
  readonly options: ChaosOptions;
  /** Gets every line for people. */
  readonly print: (line: string) => void;
  /** Ends the run early: nothing is judged then. */
  readonly signal: AbortSignal;
}

const SYNC_MS = 60_000;
/** What a server has to recover by itself from a disk that was full. */
const RECOVER_MS = 8_000;
/** Until every story is at its end and every screen has it. */
const HEAL_MS = 90_000;
/** Then, until MongoDB has it. */
const SETTLE_MS = 60_000;

/**
 * Runs it. Whatever it started has ended when this settles.
 * @throws ChaosEndedError when the signal came; LaunchError when the system cannot be started
 */
export async function runChaos(run: ChaosRun): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-chaos-'));
  const stage = await Stage.set(run, folder);
  let keep = false;
  try {
    const outcome = await stage.play();
    keep = outcome.violations.length > 0;
    return keep ? { ...outcome, kept: folder } : outcome;
  } catch (error) {
    // Whatever fails once the signal has come fails because of it.
    if (run.signal.aborted) throw new ChaosEndedError();
    keep = true;
    run.print(`Kept: ${folder}`);
    throw error;
  } finally {
    await stage.clear(keep);
    if (!keep) await rm(folder, { recursive: true, force: true });
  }
}

class Stage {
  readonly #run: ChaosRun;
  readonly #system: ChaosSystem;
  readonly #random: Seeded;
  #cables: RoughCable[] = [];
  #crowd: Crowd | undefined;
  #disks: SmallDisks | undefined;
  #collector: Collector | undefined;
  #began = performance.now();

  private constructor(run: ChaosRun, system: ChaosSystem) {
    this.#run = run;
    this.#system = system;
    this.#random = new Seeded(run.options.seed ^ 0x5eed);
  }

  static async set(run: ChaosRun, folder: string): Promise<Stage> {
    const { natsNodes } = run.options;
    const said: { by: Stage | undefined } = { by: undefined };
    const say = (text: string): void => said.by?.say(text);
    const port = await freePort();
    const secret = randomBytes(32).toString('base64url');
    said.by = new Stage(run, new ChaosSystem({ folder, natsNodes, port, secret, say, signal: run.signal }));
    return said.by;
  }

  /** A line of the timeline. */
  say(text: string): void {
    const seconds = (performance.now() - this.#began) / 1000;
    this.#run.print(`${seconds.toFixed(1).padStart(7)} s  ${text}`);
  }

  async play(): Promise<Outcome> {
    const { options, print, signal } = this.#run;
    const schedule = drawSchedule(options);
    print(`Chaos: seed ${options.seed}, ${schedule.length} faults in ${options.minutes} min`);
    for (const fault of schedule) print(`  ${(fault.at / 1000).toFixed(1).padStart(6)} s  ${planned(fault)}`);
    if (schedule.some(({ kind }) => kind === 'full')) await this.#mountDisks();
    await this.#system.start();
    this.#began = performance.now();
    this.say(`the system is up at ${this.#system.launched.url}`);
    const crowd = await this.#gather();
    // All that is to be cleared away is there now: what still waits for an answer when the signal comes is let go.
    return unlessEnded(signal, this.#trouble(crowd, schedule));
  }

  /** Ends everything that runs, as fast as it goes once the signal has come: nobody is asked then. */
  async clear(keep: boolean): Promise<void> {
    this.#crowd?.close();
    const closed = this.#collector?.close();
    if (!this.#run.signal.aborted) await closed;
    await Promise.all(this.#cables.map((cable) => cable.stop()));
    await this.#system.stop();
    await this.#disks?.unmount(keep);
  }

  async #trouble(crowd: Crowd, schedule: readonly Fault[]): Promise<Outcome> {
    const { options, signal } = this.#run;
    const maker = new FaultMaker({
      system: this.#system,
      cables: this.#cables,
      signal,
      say: (text) => this.say(text),
      natsInSync: () => this.#natsInSync(),
      fillDisk: (name, lastsMs) => this.#fillDisk(crowd, { name, lastsMs }),
    });
    await maker.follow(schedule);
    await this.#pause(options.minutes * 60_000 - (performance.now() - this.#began));
    signal.throwIfAborted();
    return this.#judge(crowd, maker);
  }

  async #gather(): Promise<Crowd> {
    const { port, secret } = this.#system.options;
    this.#cables = await Promise.all(Array.from({ length: CABLES }, () => RoughCable.lay(port)));
    const crowd = new Crowd({
      chats: this.#run.options.chats,
      random: this.#random,
      url: `http://127.0.0.1:${port}`,
      secret,
      cables: this.#cables,
      gateways: () => this.#system.urls('api-gateway'),
    });
    this.#crowd = crowd;
    await crowd.start();
    return crowd;
  }

  async #mountDisks(): Promise<void> {
    this.#disks = new SmallDisks(this.#system.dataDir, this.#run.options.natsNodes);
    await this.#disks.mount();
  }

  /** @returns why it could not be filled */
  async #fillDisk(crowd: Crowd, of: { name: 'nats' | 'mongodb'; lastsMs: number }): Promise<string | undefined> {
    const disks = this.#disks;
    if (disks === undefined || disks.refused !== undefined) return disks?.refused ?? 'there is none of its own';
    const before = answersOf(crowd);
    await disks.fill(of.name);
    await this.#pause(of.lastsMs);
    await disks.free(of.name);
    const answers = Object.entries(answersOf(crowd)).map(
      ([name, count]) => [name, count - (before[name] ?? 0)] as const,
    );
    const said = answers.flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []));
    this.say(`the disk of ${of.name} has room again; answers meanwhile: ${said.join(', ') || 'none'}`);
    if (of.name === 'nats' && !(await this.#natsInSync(RECOVER_MS))) {
      // A server that has switched JetStream off does not switch it on again by itself.
      this.say('nats #1 does not serve by itself: it is restarted, as its operator would');
      this.#system.signal('nats', 1, 'SIGTERM');
      await this.#natsInSync();
    }
    return undefined;
  }

  #natsInSync(withinMs = SYNC_MS): Promise<boolean> {
    return natsInSync(() => this.#system.urls('nats'), { withinMs, signal: this.#run.signal });
  }

  async #judge(crowd: Crowd, maker: FaultMaker): Promise<Outcome> {
    this.say('no more faults; everybody finishes');
    const violations: Violation[] = [];
    const wrong = (what: string): void => {
      violations.push({ promise: 'P3', kind: 'stuck', what });
    };
    if (!(await this.#natsInSync())) wrong('the NATS nodes are not in sync a minute after the last fault');
    if (!(await crowd.end(HEAL_MS))) {
      for (const { viewer, what, ...rest } of crowd.unsettled())
        violations.push({
          ...rest,
          promise: 'P4',
          kind: 'stuck',
          what: `${viewer} ${what}, ${HEAL_MS / 1000} s after the last fault`,
        });
    }
    const collector = await Collector.connect(this.#system);
    this.#collector = collector;
    for (const reason of await collector.settled(crowd.chats, crowd, SETTLE_MS)) wrong(reason);
    this.say('everything rests; comparing');
    violations.push(...(await this.#leftovers(collector)));
    const evidence = await this.#evidence(crowd, collector, maker);
    violations.push(...evidence.flatMap(judgeTwice), ...judgeSeen(crowd.faults));
    const takeovers = evidence.flatMap((chat) =>
      takeoversOf({ chatId: chat.chatId, events: eventsOf(chat) }, maker.owners, maker.disturbances()),
    );
    violations.push(...judgeTakeovers(takeovers));
    const figures = figuresOf(evidence, crowd);
    const slowest = slowestOf(crowd.ledger.accepted, this.#began);
    violations.push(...judgeSharing(figures.workers, figures.runs));
    const { workers: _workers, ...counted } = figures;
    return {
      options: this.#run.options,
      servers: this.#system.servers,
      seconds: Math.round((performance.now() - this.#began) / 1000),
      ...counted,
      slowest,
      faults: countBy(maker.made.map(({ fault }) => ('name' in fault ? `${fault.kind} ${fault.name}` : fault.kind))),
      counts: crowd.counts,
      takeovers,
      catchUps: crowd.catchUps.map((one) => one.ms),
      violations,
      stories: storiesOf(violations, evidence),
      kept: undefined,
    };
  }

  /** What must not be left when all rests: parked messages, conflicts, work on the queues. */
  async #leftovers(collector: Collector): Promise<Violation[]> {
    const violations: Violation[] = [];
    for (const { consumer, chatId, reason } of await collector.messaging.parked.list())
      violations.push({ promise: 'P2', kind: 'lost', chatId, what: `parked by ${consumer}: ${reason}` });
    for (const { chatId, detail } of await collector.store.conflicts(100))
      violations.push({ promise: 'P1', kind: 'divergent', chatId, what: `conflict: ${detail}` });
    const end = performance.now() + 20_000;
    for (;;) {
      const states = await queueStates(this.#system.urls('nats'));
      const left = states.filter(({ pending, unacknowledged }) => pending + unacknowledged > 0);
      if (left.length === 0) return violations;
      if (performance.now() > end) {
        for (const { durable, pending, unacknowledged } of left)
          violations.push({
            promise: 'P3',
            kind: 'stuck',
            what: `${durable}: ${pending} wait, ${unacknowledged} without an ack`,
          });
        return violations;
      }
      await this.#pause(1000);
    }
  }

  async #evidence(crowd: Crowd, collector: Collector, maker: FaultMaker): Promise<ChatEvidence[]> {
    const system = this.#system;
    const modelAway = maker.modelAway();
    const evidence: ChatEvidence[] = [];
    for (const person of crowd.people) {
      const rows = await person.rows();
      const own = crowd.chats.filter((chat) => chat.person === person);
      for (const chat of own) evidence.push(await collector.evidenceOf(chat, { crowd, system, rows, modelAway }));
    }
    return evidence;
  }

  #pause(ms: number): Promise<void> {
    return pause(ms, this.#run.signal);
  }
}

const planned = (fault: Fault): string =>
  `${fault.kind} ${victimOf(fault)}${fault.lastsMs > 0 ? ` for ${(fault.lastsMs / 1000).toFixed(1)} s` : ''}`;

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const answersOf = (crowd: Crowd): Record<string, number> =>
  countBy(crowd.ledger.commands.flatMap(({ answers }) => answers));

function figuresOf(evidence: readonly ChatEvidence[], crowd: Crowd) {
  const events = evidence.flatMap(eventsOf);
  const workers = new Set(
    events.flatMap((event) => (event.type === 'run_started' || event.type === 'run_claimed' ? [event.worker] : [])),
  );
  const stopped = new Map(
    events.flatMap((event) => (event.type === 'run_cancelled' ? [[event.commandId, event.at] as const] : [])),
  );
  const { commands, accepted } = crowd.ledger;
  const stops = accepted.flatMap(({ kind, commandIds, acceptedWall }) => {
    const at =
      kind === 'cancel' ? [...commandIds].map((id) => stopped.get(id)).find((one) => one !== undefined) : undefined;
    return at === undefined || acceptedWall === undefined ? [] : [Math.max(0, Date.parse(at) - acceptedWall)];
  });
  return {
    chats: evidence.length,
    runs: events.filter(({ type }) => type === 'run_started').length,
    failed: countBy(events.flatMap((event) => (event.type === 'run_failed' ? [event.error.code] : []))),
    events: events.length,
    commits: evidence.reduce((sum, { commits }) => sum + commits.length, 0),
    commands: { sent: commands.length, accepted: accepted.length },
    answers: answersOf(crowd),
    accepts: accepted.map(({ sentAt, acceptedAt }) => (acceptedAt ?? sentAt) - sentAt),
    stops,
    workers,
  };
}

function storiesOf(
  violations: readonly Violation[],
  evidence: readonly ChatEvidence[],
): Map<string, readonly string[]> {
  const stories = new Map<string, readonly string[]>();
  for (const { chatId, seq } of violations) {
    const chat = evidence.find((one) => one.chatId === chatId);
    if (chat !== undefined) stories.set(`${chatId ?? ''} ${seq ?? ''}`, storyAround(chat, seq));
  }
  return stories;
}
