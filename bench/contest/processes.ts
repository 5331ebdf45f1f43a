import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second, and the size of a page, of every Linux that Node runs on here. */
const TICKS = 100;
const PAGE_KIB = 4;

/** What the kernel counts of one process. */
export interface Counted {
  readonly pid: number;
  readonly parent: number;
  /** Of itself, and of its children that have ended and been waited for. */
  readonly cpuMs: number;
  readonly rssKib: number;
}

/** Reads a line of `/proc/<pid>/stat`. */
export function parseStat(stat: string): Counted {
  // The name of the program comes second, in brackets, and may hold anything: count from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (at: number): number => Number(fields[at] ?? 0);
  const ticks = field(11) + field(12) + field(13) + field(14);
  return {
    pid: Number.parseInt(stat, 10),
    parent: field(1),
    cpuMs: (ticks * 1000) / TICKS,
    rssKib: field(21) * PAGE_KIB,
  };
}

/** Those processes, and all that descend from them. */
export function familyOf(roots: readonly number[], all: readonly Counted[]): readonly Counted[] {
  const family = new Set(roots);
  // Children may be listed before their parents: again until nobody is new.
  for (let before = -1; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

function everyProcess(): readonly Counted[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))];
      } catch {
        return []; // ended meanwhile
      }
    });
}

/** CPU so far and memory now, of those processes and their descendants together. */
export function countOf(roots: readonly number[]): { readonly cpuMs: number; readonly rssKib: number } {
  const family = familyOf(roots, everyProcess());
  return {
    cpuMs: family.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rssKib: family.reduce((sum, { rssKib }) => sum + rssKib, 0),
  };
}
