/** Disks that can be full: small file systems in memory, mounted where the servers keep their data. */
import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Large enough for ten minutes of chats, small enough to be filled at once. */
const SIZE = '384m';
const BALLAST = 'ballast';
const CHUNK = 1024 * 1024;

const FOLDERS = {
  nats: (nodes: 1 | 3): readonly string[] =>
    nodes === 1 ? ['nats'] : ['nats-cluster-1', 'nats-cluster-2', 'nats-cluster-3'],
  mongodb: (): readonly string[] => ['mongodb', 'secantusdb'],
} as const;

/** The disks of one system. */
export class SmallDisks {
  /** Why there are none; undefined when there are. */
  refused: string | undefined;
  readonly #dataDir: string;
  readonly #nodes: 1 | 3;
  readonly #mounted: string[] = [];
  /** For a process that is ended at once: a file system in memory would stay for ever. */
  readonly #leave = (): void => {
    for (const folder of this.#mounted) spawnSync('umount', ['-l', folder]);
  };

  constructor(dataDir: string, nodes: 1 | 3) {
    this.#dataDir = dataDir;
    this.#nodes = nodes;
  }

  /** Mounts them before the servers are started for the first time; where that is not allowed, says why in `refused`. */
  async mount(): Promise<void> {
    process.once('exit', this.#leave);
    try {
      for (const name of [...FOLDERS.nats(this.#nodes), ...FOLDERS.mongodb()]) {
        const folder = path.join(this.#dataDir, name);
        await mkdir(folder, { recursive: true });
        await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, 'colloquy-chaos', folder]);
        this.#mounted.push(folder);
      }
    } catch (error) {
      await this.unmount();
      this.refused = `this machine does not let us mount a small disk (${error instanceof Error ? error.message.trim() : ''})`;
    }
  }

  /** Leaves no room on the disk of a server; of three NATS nodes on that of the first. */
  async fill(name: 'nats' | 'mongodb'): Promise<void> {
    for (const folder of this.#foldersOf(name)) await fillUp(path.join(folder, BALLAST));
  }

  /** Gives the room back. */
  async free(name: 'nats' | 'mongodb'): Promise<void> {
    for (const folder of this.#foldersOf(name)) await rm(path.join(folder, BALLAST), { force: true });
  }

  /** Takes them away; what is on them is lost, or copied to where they were. */
  async unmount(keep = false): Promise<void> {
    process.off('exit', this.#leave);
    for (const folder of this.#mounted.splice(0).reverse()) {
      const copy = `${folder}.copy`;
      if (keep) await cp(folder, copy, { recursive: true }).catch(() => undefined);
      await run('umount', ['-l', folder]).catch(() => undefined);
      if (keep) await cp(copy, folder, { recursive: true }).catch(() => undefined);
      if (keep) await rm(copy, { recursive: true, force: true });
    }
  }

  #foldersOf(name: 'nats' | 'mongodb'): readonly string[] {
    const names = name === 'nats' ? FOLDERS.nats(this.#nodes).slice(0, 1) : FOLDERS.mongodb();
    return names.map((each) => path.join(this.#dataDir, each));
  }
}

/** Writes a file until there is no room for another byte. */
async function fillUp(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let size = CHUNK; size >= 1; size = Math.floor(size / 2)) {
      const chunk = Buffer.alloc(size);
      while (
        await handle.write(chunk).then(
          ({ bytesWritten }) => bytesWritten === size,
          () => false,
        )
      );
    }
  } finally {
    await handle.close();
  }
  const { bavail } = await statfs(path.dirname(file));
  if (bavail > 1) throw new Error(`${path.dirname(file)} could not be filled`);
}
