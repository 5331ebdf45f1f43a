/** What a person can set, and how it is kept. The language and the colours are kept elsewhere: the server and next-themes know them. */

/** How the app looks and behaves for this person, on this device. */
export interface Settings {
  /** How close things stand. */
  readonly density: 'comfortable' | 'compact';
  /** Whether things move: as the system has it, or never. */
  readonly motion: 'system' | 'off';
  /** The key that sends a message; the other one makes a new line. */
  readonly send: 'enter' | 'mod_enter';
  /** Whether a single key such as `/` does something, outside of fields. Speech input and unsteady hands want it off. */
  readonly singleKeys: 'on' | 'off';
  /** The list of chats beside the chat, on a wide screen: whole, or a narrow rail. */
  readonly sidebar: 'open' | 'rail';
  /** Whether the browser tells of what waits or ended in chats that are not in view. */
  readonly notify: 'off' | 'on' | 'with_text';
}

/** Before anything is set. */
export const DEFAULT_SETTINGS: Settings = {
  density: 'comfortable',
  motion: 'system',
  send: 'enter',
  singleKeys: 'on',
  sidebar: 'open',
  notify: 'off',
};

/** Where they are kept. */
export const SETTINGS_KEY = 'colloquy.settings';

const CHOICES: { readonly [K in keyof Settings]: readonly Settings[K][] } = {
  density: ['comfortable', 'compact'],
  motion: ['system', 'off'],
  send: ['enter', 'mod_enter'],
  singleKeys: ['on', 'off'],
  sidebar: ['open', 'rail'],
  notify: ['off', 'on', 'with_text'],
};

/** Settings from what was kept; whatever cannot be understood is as by default. */
export function parseSettings(text: string | null): Settings {
  const kept = parse(text);
  const one = <K extends keyof Settings>(name: K): Settings[K] =>
    CHOICES[name].find((choice) => choice === kept[name]) ?? DEFAULT_SETTINGS[name];
  return {
    density: one('density'),
    motion: one('motion'),
    send: one('send'),
    singleKeys: one('singleKeys'),
    sidebar: one('sidebar'),
    notify: one('notify'),
  };
}

function parse(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** What CSS has to know, as data attributes of the page. */
export function marksOf(settings: Settings): Readonly<Record<'density' | 'motion' | 'sidebar', string>> {
  const { density, motion, sidebar } = settings;
  return { density, motion, sidebar };
}

/** Runs before the page is painted, so that it never shows in another density than the one that was chosen. */
export const FIRST_PAINT_SCRIPT = `try{var s=JSON.parse(localStorage.getItem(${JSON.stringify(SETTINGS_KEY)})||"{}"),d=document.documentElement.dataset;if(s.density==="compact")d.density="compact";if(s.motion==="off")d.motion="off";if(s.sidebar==="rail")d.sidebar="rail"}catch(e){}`;
