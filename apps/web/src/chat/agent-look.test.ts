import { describe, expect, it } from '@jest/globals';
import { hueAt, placeOfName, shapeAt } from './agent-look.ts';

describe('the look of agents', () => {
  it('is another one for each of fifty, and has another hue for each of ten', () => {
    const looks = Array.from({ length: 50 }, (_, place) => `${String(hueAt(place))} ${shapeAt(place)}`);
    expect(new Set(looks).size).toBe(50);
    expect(new Set(looks.slice(0, 10).map((look) => look.split(' ')[0])).size).toBe(10);
  });

  it('differs in shape too from one place to the next, for who sees no colours', () => {
    for (let place = 0; place < 20; place++) expect(shapeAt(place)).not.toBe(shapeAt(place + 1));
  });

  it('follows from a name alone', () => {
    expect(placeOfName('writer')).toBe(placeOfName('writer'));
    expect(placeOfName('writer')).toBeLessThan(50);
    expect(placeOfName('')).toBeGreaterThanOrEqual(0);
  });
});
