import { describe, expect, it } from '@jest/globals';
import { PNG } from 'pngjs';
import { writePalettePng } from './palette-png.ts';

function draw(width: number, height: number, colourOf: (x: number, y: number) => readonly number[]): PNG {
  const picture = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) picture.data.set([...colourOf(x, y), 255], (y * width + x) * 4);
  return picture;
}

describe('a picture with few colours', () => {
  it('is the same when it has not more than a palette holds', () => {
    const picture = draw(37, 11, (x, y) => [x * 6, y * 20, 128]);
    // 407 colours are too many, the first 5 lines are not.
    const few = draw(37, 5, (x, y) => [x * 6, y * 20, 128]);
    expect(PNG.sync.read(writePalettePng(few)).data).toEqual(few.data);
    expect(PNG.sync.read(writePalettePng(picture))).toMatchObject({ width: 37, height: 11 });
  });

  it('differs by little where there were more, and not in what is everywhere', () => {
    const picture = draw(100, 100, (x, y) => (y < 50 ? [250, 249, 247] : [x, x, y]));
    const { data } = PNG.sync.read(writePalettePng(picture));
    expect(data.subarray(0, 400 * 50)).toEqual(picture.data.subarray(0, 400 * 50));
    const most = Math.max(...data.map((value, index) => Math.abs(value - (picture.data[index] ?? 0))));
    expect(most).toBeLessThan(12);
  });
});
