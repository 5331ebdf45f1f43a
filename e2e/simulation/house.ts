import type { Clock } from '@colloquy/contracts';
import { seededIds, type SeededIds } from '@colloquy/testing/seeded-ids';
import { VirtualClock } from '@colloquy/testing/virtual-clock';
import { scriptWith } from '../../apps/orchestrator/src/fixtures/desk-world.ts';
import type { ModelPlay, ToolPlay } from '../../apps/orchestrator/src/fixtures/script.ts';
import { MOST_SKEW_MS } from '../../apps/orchestrator/src/fixtures/chaos.ts';
import { assistant, inHaste, researchTeam, supportDesk } from '../../apps/orchestrator/src/fixtures/teams.ts';
import { World } from '../../apps/orchestrator/src/fixtures/world.ts';
import type { MemoryFault, MemoryTraffic } from '@colloquy/messaging';
import { ApiProcess } from './api-process.ts';
import { Device } from './device.ts';
import { Edge } from './edge.ts';
import type { HarmedProcess } from '../../apps/orchestrator/src/fixtures/harmed-process.ts';
import { lotsOf, type Lots } from './lots.ts';
import type { Nature } from './nature.ts';
import { PersistenceProcess } from './persistence-process.ts';
import { remoteStore } from './remote-store.ts';
import { StreamProcess } from './stream-process.ts';
import { Witness } from './witness.ts';

/** So many instances of each service are kept alive. */
const INSTANCES = 2;
const DAY_MS = 24 * 60 * 60_000;

/** Every service of the house in one world, with the devices of its users. */
export class House implements Nature {
  readonly time = new VirtualClock();
  readonly ids: SeededIds;
  readonly chance: SeededIds;
  readonly witness: Witness;
  readonly lots: Lots;
  readonly world: World;
  readonly persistences: PersistenceProcess[] = [];
  readonly streams: StreamProcess[] = [];
  readonly apis: ApiProcess[] = [];
  readonly devices: Device[] = [];
  readonly edge: Edge;
  storeAway = false;
  stormy = true;
  /** Called when a process has sent something, with its name. */
  onTraffic: (connection: string) => void = () => undefined;
  /** Name of the process that starts now: until it has, nobody harms it. */
  starting: string | undefined;
  #born = 0;

  constructor(seed: number, { story = false }: { story?: boolean } = {}) {
    this.ids = seededIds(seed, () => this.time.now());
    this.chance = seededIds(seed + 1_000_000);
    this.lots = lotsOf(this.chance);
    this.witness = new Witness(() => this.time.monotonic(), story);
    const { onNewInput, sequentialTools, branchMode, cluster, replicaLagMs, deltaTtlSeconds, haste, maxAgeMs } =
      this.lots;
    this.world = new World({
      time: this.time,
      ids: this.ids,
      workflows: [
        supportDesk({ onNewInput, sequentialTools }),
        assistant({ onNewInput }),
        researchTeam(branchMode, { onNewInput, sequentialTools }),
      ].map((workflow) => inHaste(workflow, haste)),
      script: scriptWith({ model: () => this.#model(), tool: () => this.#tool() }),
      broker: {
        cluster,
        replicaLagMs,
        ...(maxAgeMs === undefined ? {} : { maxAgeDays: maxAgeMs / DAY_MS }),
        latencyMs: () => this.latencyMs(),
        fault: (traffic) => this.#traffic(traffic),
        onStored: (stream, message) => this.witness.stored(stream, message),
      },
      connection: deltaTtlSeconds === undefined ? {} : { deltaTtlSeconds },
    });
    this.edge = new Edge(this, this.apis);
  }

  /** Every process, dead ones too. */
  get processes(): readonly HarmedProcess[] {
    return [...this.world.processes, ...this.persistences, ...this.streams, ...this.apis];
  }

  /**
   * Keeps so many of each service alive. In a storm one that is leaving holds its place until it is gone. In calm it is
   * replaced at once: nobody comes after it any more, and a world without a service of its kind could never rest.
   */
  async staff(): Promise<void> {
    while (this.#lacks(this.world.processes)) await this.#orchestrator();
    while (this.#lacks(this.persistences)) await this.#persistence();
    this.starting = undefined;
    while (this.#lacks(this.streams)) this.#started(new StreamProcess(this, this.#name('s')), this.streams);
    while (this.#lacks(this.apis)) this.#started(new ApiProcess(this, this.#name('a')), this.apis);
  }

  /** A page on another screen of the user. */
  device(user: string): Device {
    const name = `d${String(this.devices.length + 1)}-${user}`;
    const device = new Device(this, { edge: this.edge, streams: this.streams }, { name, user });
    this.devices.push(device);
    return device;
  }

  startOf(messageId: string): number | undefined {
    return this.witness.startOf(messageId);
  }

  endOf(messageId: string): number | undefined {
    return this.witness.endOf(messageId);
  }

  saidOf(kind: string, messageId: string): string {
    return this.witness.saidOf(kind, messageId);
  }

  latencyMs(): number {
    return this.chance.number() * this.lots.slowMs;
  }

  fails(what: string, chance: number): boolean {
    if (!this.stormy || this.chance.number() >= chance * this.lots.rough) return false;
    this.count(what);
    this.note(() => what);
    return true;
  }

  note(what: () => string): void {
    this.witness.note(what());
  }

  count(what: string): void {
    this.witness.count(what);
  }

  violated(what: string): void {
    this.witness.violated(what);
  }

  /** Says what a fault or a person does, and counts it. */
  tell(kind: string, detail = ''): void {
    this.witness.count(kind);
    this.witness.note(`--- ${kind} ${detail}`);
  }

  /** Nothing happens any more. */
  close(): void {
    for (const process of this.processes) if (process.alive) process.kill();
  }

  #lacks(service: readonly HarmedProcess[]): boolean {
    return service.filter(({ alive, leaving }) => alive && (this.stormy || !leaving)).length < INSTANCES;
  }

  #name(letter: string): string {
    this.#born += 1;
    return `${letter}${String(this.#born)}`;
  }

  async #orchestrator(): Promise<void> {
    const name = this.#name('o');
    this.starting = name;
    this.note(() => `${name} starts`);
    const maxRuns = 1 + this.chance.below(4);
    const skewMs = this.lots.skewed ? MOST_SKEW_MS - this.chance.below(2 * MOST_SKEW_MS) : 0;
    const started = this.world.start(name, {
      maxRuns,
      skewMs,
      drainMs: 4000,
      stallLimitMs: 8000,
      store: this.#storeOf(name),
    });
    if (
      await started.then(
        () => true,
        () => false,
      )
    )
      return;
    // A service that cannot reach the broker ends, and is started again.
    this.world.processes.at(-1)?.kill();
  }

  /** As the orchestrator of that name reaches it, whose clock is there once it has started. */
  #storeOf(name: string): ReturnType<typeof remoteStore> {
    const clockOf = (): Pick<Clock, 'sleep'> =>
      this.world.processes.find((one) => one.name === name)?.clock ?? this.time;
    const deaf = this.lots.watched ? [] : (['notAtRest'] as const);
    return remoteStore(this, { name, clock: { sleep: (ms) => clockOf().sleep(ms) }, deaf });
  }

  async #persistence(): Promise<void> {
    const process = new PersistenceProcess(this, this.#name('p'));
    this.persistences.push(process);
    this.starting = process.name;
    this.note(() => `${process.name} starts`);
    await this.time.run(process.start().catch(() => process.kill()));
  }

  #started<T extends StreamProcess | ApiProcess>(process: T, all: T[]): void {
    this.note(() => `${process.name} starts`);
    process.start();
    all.push(process);
  }

  #model(): ModelPlay | undefined {
    if (this.chance.below(12) > 0) return undefined;
    const failure = { code: 'model_unavailable', message: 'Away.', retryable: this.chance.below(4) > 0 };
    const hangs = this.chance.below(3) === 0;
    this.count(hangs ? 'a model hangs' : 'a model fails');
    return hangs
      ? { text: 'Well,', hangs: 'until_aborted' }
      : { text: 'Well, you', fails: { after: this.chance.below(3), failure } };
  }

  #tool(): ToolPlay {
    // Often long enough to be hit while it works.
    return {
      ms: this.chance.below(this.chance.below(2) === 0 ? 4500 : 1000),
      ...(this.chance.below(8) === 0 ? { progress: ['on ', 'my way'] } : {}),
    };
  }

  #traffic({ kind, connection, subject }: MemoryTraffic): MemoryFault {
    if (!this.stormy) return 'none';
    if (kind === 'republish') {
      return subject.startsWith('live.chat.') && this.fails('a live message is lost', this.lots.lossy)
        ? 'lose'
        : 'none';
    }
    this.onTraffic(connection);
    if (this.chance.number() > this.lots.lossy) return 'none';
    const fault = this.chance.below(2) === 0 ? 'lose' : 'lose_answer';
    this.count(`${kind}: ${fault}`);
    return fault;
  }
}
