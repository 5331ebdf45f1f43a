import { afterAll, afterEach, beforeAll, it } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { ScriptedSettings } from '@colloquy/testing/scripted-backend';
import { openChromium } from '../support/open-chromium.ts';
import { startScriptedStack, type ScriptedStack } from '../support/scripted-stack.ts';
import { startSystem, type System, type SystemOptions } from '../support/start-system.ts';
import { defaultCacheDir } from '../../tools/paths.ts';
import { recordOn } from './recorder.ts';
import { ChatScreen } from './screen.ts';

/** How a screen is opened. */
export interface ScreenOptions extends BrowserContextOptions {
  /** Another device of the same person; otherwise it is a new guest. */
  readonly of?: ChatScreen;
  /** Where it goes instead of to the system itself. */
  readonly url?: string;
  /** Errors on the console are expected: the test breaks the connection. */
  readonly harmed?: boolean;
}

const SHOTS = path.join(defaultCacheDir, 'e2e');
const DESKTOP = { width: 1280, height: 800 };
/** With eight other things on the machine, a page takes its time. */
const PATIENCE_MS = 20_000;

/** The whole system and a browser, for the tests of one file. */
export class Stage {
  #system: System | undefined;
  #script: ScriptedStack | undefined;
  #browser: Browser | undefined;
  #screens: { readonly screen: ChatScreen; readonly harmed: boolean }[] = [];

  get system(): System {
    if (this.#system === undefined) throw new Error('the system is not started yet');
    return this.#system;
  }

  /** The backend that says what the test says; only on a stage with a script. */
  get script(): ScriptedStack {
    if (this.#script === undefined) throw new Error('there is no script on this stage');
    return this.#script;
  }

  get browser(): Browser {
    if (this.#browser === undefined) throw new Error('the browser is not started yet');
    return this.#browser;
  }

  async build(options: SystemOptions): Promise<void> {
    // One after the other: what has been opened is closed again when the next does not start.
    this.#browser = await openChromium();
    this.#system = await startSystem({ web: true, ...options });
  }

  /** The web app alone, in front of a scripted backend. */
  async buildScripted(settings?: ScriptedSettings): Promise<void> {
    this.#browser = await openChromium();
    this.#script = await startScriptedStack(settings);
  }

  async clear(): Promise<void> {
    await this.#browser?.close();
    await this.#system?.stop();
    await this.#script?.stop();
  }

  /** A device with one page on it. */
  async screen(options: ScreenOptions = {}): Promise<ChatScreen> {
    const { of, url = (this.#script ?? this.system).url, harmed = false, ...rest } = options;
    const context = await this.browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...rest });
    context.setDefaultTimeout(PATIENCE_MS);
    if (of !== undefined) await context.addCookies(await of.context.cookies());
    const page = await context.newPage();
    await recordOn(page);
    const screen = new ChatScreen(page, url);
    this.#screens.push({ screen, harmed });
    return screen;
  }

  /** What pages complained about that nobody had harmed. */
  complaints(): string[] {
    return this.#screens.flatMap(({ screen, harmed }) => (harmed ? [] : screen.complaints));
  }

  /** Pictures of every page, for who looks for the reason. */
  async shoot(name: string): Promise<string[]> {
    await mkdir(SHOTS, { recursive: true });
    const shots = this.#screens.map(async ({ screen }, index) => {
      const file = path.join(SHOTS, `${name.replaceAll(/\W+/g, '-').slice(0, 80)}-${String(index + 1)}.png`);
      await screen.page.screenshot({ path: file, timeout: 10_000 });
      return path.relative(path.dirname(defaultCacheDir), file);
    });
    return (await Promise.allSettled(shots)).flatMap((shot) => (shot.status === 'fulfilled' ? [shot.value] : []));
  }

  async closeScreens(): Promise<void> {
    const screens = this.#screens;
    this.#screens = [];
    await Promise.all(screens.map(({ screen }) => screen.context.close()));
  }
}

/** A stage for the tests of this file; each test leaves it empty. */
export function useStage(options: SystemOptions = {}): Stage {
  const stage = new Stage();
  beforeAll(() => stage.build(options), 180_000);
  afterEach(() => stage.closeScreens());
  afterAll(() => stage.clear(), 60_000);
  return stage;
}

/** The same with the web app in front of a script, and nothing else. */
export function useScriptedStage(settings?: ScriptedSettings): Stage {
  const stage = new Stage();
  beforeAll(() => stage.buildScripted(settings), 180_000);
  afterEach(() => stage.closeScreens());
  afterAll(() => stage.clear(), 60_000);
  return stage;
}

/** A test in the browser: when it fails there are pictures, and a page that complains fails it. */
export function scene(stage: Stage, name: string, play: () => Promise<void>): void {
  it(name, async () => {
    try {
      await play();
      const complaints = stage.complaints();
      if (complaints.length > 0) throw new Error(`a page complained:\n${complaints.join('\n')}`);
    } catch (error) {
      const shots = await stage.shoot(name);
      const said = stage.complaints().slice(0, 5).join('\n');
      throw new Error(`${String(error)}\npictures: ${shots.join(', ')}${said === '' ? '' : `\n${said}`}`, {
        cause: error,
      });
    }
  });
}
