import { AxeBuilder } from '@axe-core/playwright';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { beginBook, faultOf, keepPicture, lookAtMachine, whyNot } from './picture-book.ts';
import { scene, useScriptedStage } from './stage.ts';
import type { StateChats } from './state-chats.ts';
import { openPageOf, recolour, SCHEMES, showState, STATE_SETTINGS, STATES, WIDTHS, writeStates } from './states.ts';

/** What is well is counted, not described. */
const BRIEF = { resultTypes: ['violations' as const] };
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
/** What may be well in light and not in dark; nothing else of a page depends on its colours. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

const UPDATE = 'COLLOQUY_PICTURES=update npm test -- e2e/browser/states';
/** Who has changed how the app looks, and has looked at it, draws the pictures anew; a machine that only checks never does. */
const updates = process.env['COLLOQUY_PICTURES'] === 'update';
const checksOnly = process.env['CI'] !== undefined;

/** So many states are looked at in one go: a page that hangs names its neighbours. */
const AT_ONCE = 5;
const PARTS = Array.from({ length: Math.ceil(STATES.length / AT_ONCE) }, (_, part) =>
  STATES.slice(part * AT_ONCE, (part + 1) * AT_ONCE),
);

const machine = await lookAtMachine();
const otherMachine = updates ? undefined : await whyNot(machine);

/**
 * Over everything that the app can look like: WCAG 2.2 AA, as far as a machine can tell, and pictures of what it looked
 * like when somebody last had a look and said yes.
 */
describe('axe finds nothing, and the app looks as in its pictures', () => {
  const stage = useScriptedStage(STATE_SETTINGS);
  let chats: StateChats;
  beforeAll(async () => {
    if (updates && checksOnly) throw new Error('COLLOQUY_PICTURES=update is for people: CI draws no pictures');
    if (updates) await beginBook(machine);
    chats = writeStates(stage);
  });

  if (otherMachine !== undefined) {
    process.stderr.write(`SKIPPED: the app is not compared with its pictures: ${otherMachine}. Anew: ${UPDATE}\n`);
    it.skip(`pictures are not compared: ${otherMachine}`, () => undefined);
  }

  async function violationsOf(page: Page, { name, scheme }: { name: string; scheme: string }): Promise<string[]> {
    const state = `${name}, ${scheme}`;
    const whole = scheme === SCHEMES[0];
    const axe = new AxeBuilder({ page }).options(BRIEF);
    const { violations, passes } = await (whole ? axe.withTags(WCAG) : axe.withRules(OF_COLOURS)).analyze();
    // A page that is empty has no faults either.
    expect([state, passes.length > (whole ? 10 : 0)]).toEqual([state, true]);
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${state}: ${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`,
      ),
    );
  }

  async function differencesOf(page: Page, name: string): Promise<string[]> {
    const shot = await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' });
    const fault = await (updates ? keepPicture : faultOf)(name, shot);
    return fault === undefined ? [] : [fault];
  }

  for (const width of WIDTHS) {
    for (const part of PARTS) {
      const names = part.map(({ name }) => name).join(', ');
      scene(stage, `${String(width)} px wide, light and dark: ${names}`, async () => {
        const screen = await openPageOf(stage, width);
        const faults: string[] = [];
        for (const state of part) {
          await showState(screen, state, chats);
          for (const scheme of SCHEMES) {
            await recolour(screen, scheme);
            if (state.pictured && otherMachine === undefined)
              faults.push(...(await differencesOf(screen.page, `${state.name}-${String(width)}-${scheme}`)));
            faults.push(...(await violationsOf(screen.page, { name: state.name, scheme })));
          }
        }
        expect(faults).toEqual([]);
      });
    }
  }
});
