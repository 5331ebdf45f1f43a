import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_SETTINGS, FIRST_PAINT_SCRIPT, parseSettings, SETTINGS_KEY } from './settings.ts';

/** Runs what the page runs before it is painted, with what was kept; gives the marks that it puts on the page. */
function firstPaint(kept: string | null): Record<string, string> {
  const dataset: Record<string, string> = {};
  Object.assign(globalThis, {
    document: { documentElement: { dataset } },
    localStorage: { getItem: (key: string) => (key === SETTINGS_KEY ? kept : null) },
  });
  // The script is a text for the browser; running it is the only way to know what it does.
  (0, eval)(FIRST_PAINT_SCRIPT);
  return dataset;
}

describe('settings', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'document');
    Reflect.deleteProperty(globalThis, 'localStorage');
  });

  it('are as they were kept, and by default where that cannot be understood', () => {
    expect(parseSettings(null)).toEqual(DEFAULT_SETTINGS);
    expect(parseSettings('{"density":"compact","send":"mod_enter"}')).toEqual({
      ...DEFAULT_SETTINGS,
      density: 'compact',
      send: 'mod_enter',
    });
    for (const broken of ['', '{', 'null', '7', '[]', '{"density":"huge","motion":7,"send":null}'])
      expect(parseSettings(broken)).toEqual(DEFAULT_SETTINGS);
  });

  it('show before the first paint, and break nothing when they are broken', () => {
    expect(firstPaint('{"density":"compact","motion":"off"}')).toEqual({ density: 'compact', motion: 'off' });
    for (const kept of [null, '{', '{"density":"\\"><script>"}', 'null']) expect(firstPaint(kept)).toEqual({});
  });
});
