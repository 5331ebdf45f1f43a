'use client';

import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/words.ts';
import { announce } from './announcer.tsx';
import type { Place } from './navigate.ts';

/** One text for each place; it changes when another place is shown. */
export function keyOfPlace(place: Place): string {
  if (place.kind === 'chat') return place.chatId;
  return place.kind === 'shared' ? place.shareId : place.kind;
}

/**
 * Takes the focus along to another place: to its heading, or into the message field of a chat that was just begun, where
 * the person was writing. Where neither is there yet the place itself has it, and its name is said.
 */
export function useArrival(place: Place): void {
  const { places } = useWords();
  const key = keyOfPlace(place);
  const before = useRef({ key, kind: place.kind });
  useEffect(() => {
    const from = before.current;
    before.current = { key, kind: place.kind };
    if (from.key === key) return undefined;
    const begun = from.kind === 'new' && place.kind === 'chat';
    return arrive(begun, () => {
      announce(places[place.kind]);
    });
  }, [key, place.kind, places]);
}

/** How long a place may take to show its heading, in ms. */
const PATIENCE_MS = 2_000;

/**
 * Moves the focus once the place shows its heading, and the dialog or menu that led here has given the focus back.
 * @param say - called when what has the focus then does not say itself where one is
 */
function arrive(begun: boolean, say: () => void): () => void {
  const until = performance.now() + PATIENCE_MS;
  let frame = 0;
  const look = (): void => {
    const main = document.querySelector('main');
    if (main === null || isTaken(main)) return;
    const target = isCovered() ? null : targetIn(main, begun);
    if (target !== null) {
      target.focus();
      if (target.tagName !== 'H1') say();
    } else if (performance.now() < until) frame = requestAnimationFrame(look);
    else if (!isCovered()) {
      main.focus();
      say();
    }
  };
  frame = requestAnimationFrame(look);
  return () => {
    cancelAnimationFrame(frame);
  };
}

/** Whether something in the place has the focus already: somebody was quicker. */
function isTaken(main: Element): boolean {
  return main.contains(document.activeElement) && document.activeElement !== main;
}

function targetIn(main: Element, begun: boolean): HTMLElement | null {
  if (begun && matchMedia('(pointer: fine)').matches) return main.querySelector<HTMLElement>('textarea');
  const heading = main.querySelector('h1');
  if (heading !== null) heading.tabIndex = -1;
  return heading;
}

function isCovered(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null;
}
