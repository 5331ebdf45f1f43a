/**
 * Pictures of the app to compare with. They are kept at half their size and with few shades: small in the repository, and
 * blind to what no eye would see. They hold for one version of Chromium and one set of fonts; the book says which.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { defaultCacheDir, root } from '../../tools/paths.ts';
import { openChromium } from '../support/open-chromium.ts';

const BOOK = path.join(import.meta.dirname, 'pictures');
const MACHINE = path.join(BOOK, 'machine.json');
/** Beside the pictures of scenes that failed. */
const DIFFERENCES = path.join(defaultCacheDir, 'e2e', 'pictures');
/** What may differ of a picture, as a part of its pixels: less than a small button. */
const TOLERANCE = 0.0005;
/** Shades of each colour: 5 bits. */
const SHADES = 0xf8;
/** Not what the app asks for: when that changes, the pictures must differ. */
const FAMILIES = ['sans-serif', 'serif', 'monospace', 'system-ui', 'Liberation Sans', 'Arial', 'Noto Sans'];

/** What pictures depend on besides the app. */
export interface Machine {
  readonly browser: string;
  /** How wide a line is, in CSS pixels, by family: upright, bold, slanted. */
  readonly fonts: Readonly<Record<string, readonly number[]>>;
}

/** What this machine draws with. */
export async function lookAtMachine(): Promise<Machine> {
  const browser = await openChromium();
  try {
    const page = await browser.newPage();
    return { browser: browser.version(), fonts: await page.evaluate(measureFonts, FAMILIES) };
  } finally {
    await browser.close();
  }
}

/** Why this machine's pictures cannot be compared with those of the book; undefined when they can. */
export async function whyNot(machine: Machine): Promise<string | undefined> {
  const known = JSON.parse(await readFile(MACHINE, 'utf8')) as Machine;
  if (known.browser !== machine.browser)
    return `they were drawn by Chromium ${known.browser}, and this one is ${machine.browser}`;
  const other = FAMILIES.filter((family) => String(known.fonts[family]) !== String(machine.fonts[family]));
  return other.length === 0 ? undefined : `this machine has other fonts for ${other.join(', ')}`;
}

/** Begins a new book, drawn by this machine. */
export async function beginBook(machine: Machine): Promise<void> {
  await mkdir(BOOK, { recursive: true });
  await writeFile(MACHINE, `${JSON.stringify(machine, undefined, 2)}\n`);
}

/** Puts a picture into the book; the one there stays when it looks the same. */
export async function keepPicture(name: string, shot: Buffer): Promise<undefined> {
  const seen = reduce(PNG.sync.read(shot));
  const kept = await readKept(name);
  if (kept !== undefined && compare(kept, seen) === undefined) return undefined;
  const options = { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 } as const;
  await writeFile(path.join(BOOK, `${name}.png`), PNG.sync.write(seen, options));
  return undefined;
}

/**
 * Compares a picture with that of the book.
 * @returns what is wrong with it, and where it and the difference are drawn; undefined when both look the same
 */
export async function faultOf(name: string, shot: Buffer): Promise<string | undefined> {
  const [actual, diff] = ['actual', 'diff'].map((kind) => path.join(DIFFERENCES, `${name}.${kind}.png`)) as [
    string,
    string,
  ];
  await Promise.all([actual, diff].map((file) => rm(file, { force: true })));
  const kept = await readKept(name);
  const fault = kept === undefined ? { text: 'is not in the book' } : compare(kept, reduce(PNG.sync.read(shot)));
  if (fault === undefined) return undefined;
  await mkdir(DIFFERENCES, { recursive: true });
  await writeFile(actual, shot);
  if (fault.drawn !== undefined) await writeFile(diff, PNG.sync.write(fault.drawn));
  const files = [actual, ...(fault.drawn === undefined ? [] : [diff])].map((file) => path.relative(root, file));
  return `${name} ${fault.text}: ${files.join(', ')}`;
}

interface Fault {
  readonly text: string;
  /** What differs, in red. */
  readonly drawn?: PNG;
}

function compare(expected: PNG, seen: PNG): Fault | undefined {
  const { width, height } = expected;
  if (seen.width !== width || seen.height !== height)
    return { text: `has ${sizeOf(seen)} pixels at half its size, not ${sizeOf(expected)}` };
  const drawn = new PNG({ width, height });
  const options = { threshold: 0.1, includeAA: true };
  const count = pixelmatch(expected.data, seen.data, drawn.data, width, height, options);
  if (count <= width * height * TOLERANCE) return undefined;
  return { text: `differs in ${String(count)} of ${String(width * height)} pixels`, drawn };
}

async function readKept(name: string): Promise<PNG | undefined> {
  const kept = await readFile(path.join(BOOK, `${name}.png`)).catch(() => undefined);
  return kept === undefined ? undefined : PNG.sync.read(kept);
}

function sizeOf({ width, height }: PNG): string {
  return `${String(width)} × ${String(height)}`;
}

/** Half the size, each pixel the mean of four, with few shades. */
function reduce({ width, height, data }: PNG): PNG {
  const half = new PNG({ width: Math.floor(width / 2), height: Math.floor(height / 2) });
  const below = width * 4;
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const from = (y * 2 * width + x * 2) * 4;
      const to = (y * half.width + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const at = from + channel;
        const upper = (data[at] ?? 0) + (data[at + 4] ?? 0);
        const lower = (data[at + below] ?? 0) + (data[at + below + 4] ?? 0);
        half.data[to + channel] = Math.round((upper + lower) / 4) & SHADES;
      }
      half.data[to + 3] = 255;
    }
  }
  return half;
}

/** Runs in the page: how wide a line is in each family. */
function measureFonts(families: readonly string[]): Record<string, number[]> {
  const canvas = document.createElement('canvas').getContext('2d');
  const widths = (family: string): number[] =>
    ['400 16px', '600 16px', 'italic 400 13px'].map((style) => {
      if (canvas === null) return 0;
      canvas.font = `${style} ${/-|^serif|^mono/.test(family) ? family : `"${family}", serif`}`;
      return Math.round(canvas.measureText('Quick wafting zephyrs vex bold Jim, 0123456789 ×€').width * 100) / 100;
    });
  return Object.fromEntries(families.map((family) => [family, widths(family)]));
}
