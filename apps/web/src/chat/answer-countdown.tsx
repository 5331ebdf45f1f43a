'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';
import { announce } from '../shell/announcer.tsx';
import { useFormat } from '../ui/format.ts';
import { useWords } from '../i18n/words.ts';
import { useAnswerWords } from './answer-words.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From here on seconds count. */
const LAST_MINUTES = 5 * MINUTE;

/** Questions of which it was said that a minute is left: once for each, though its row comes and goes. */
const announced = new Set<string>();

/** How much time is left to answer. It moves only while somebody can see it; text alone, so nothing is in motion. */
export function AnswerCountdown({ requestId, expiresAt }: { readonly requestId: string; readonly expiresAt: string }) {
  const t = useWords();
  const w = useAnswerWords();
  const format = useFormat();
  const line = useRef<HTMLParagraphElement>(null);
  const now = useNow(line);
  const left = Date.parse(expiresAt) - now;
  const last = left <= MINUTE && left > 0;
  useEffect(() => {
    if (!last || announced.has(requestId)) return;
    announced.add(requestId);
    announce(w.oneMinuteLeft);
  }, [last, requestId, w]);
  return (
    <p ref={line} className={`text-xs tabular-nums ${last ? 'font-medium text-warn' : 'text-faint'}`}>
      <time dateTime={expiresAt} title={t.expiresAt(format.time(expiresAt))}>
        {textOf(left, w)}
      </time>
    </p>
  );
}

function textOf(left: number, w: ReturnType<typeof useAnswerWords>): string {
  const seconds = Math.ceil(left / SECOND);
  if (seconds <= 0) return w.overdue;
  if (left < MINUTE) return w.leftSeconds(seconds);
  if (left < LAST_MINUTES) return w.leftClock(Math.floor(seconds / 60), seconds % 60);
  if (left < HOUR) return w.leftMinutes(Math.floor(seconds / 60));
  return left < 2 * DAY ? w.leftHours(Math.round(left / HOUR)) : w.leftDays(Math.round(left / DAY));
}

/** The time, each second while the element and the page are in view. */
function useNow(element: RefObject<Element | null>): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    let inView = true;
    const update = (): void => {
      const wanted = inView && document.visibilityState === 'visible';
      if (!wanted) {
        clearInterval(timer);
        timer = undefined;
      } else if (timer === undefined) {
        setNow(Date.now());
        timer = setInterval(() => {
          setNow(Date.now());
        }, SECOND);
      }
    };
    const observer =
      typeof IntersectionObserver === 'undefined'
        ? undefined
        : new IntersectionObserver((entries) => {
            inView = entries.at(-1)?.isIntersecting ?? true;
            update();
          });
    if (element.current !== null) observer?.observe(element.current);
    document.addEventListener('visibilitychange', update);
    const first = setTimeout(update, 0);
    return () => {
      clearTimeout(first);
      clearInterval(timer);
      observer?.disconnect();
      document.removeEventListener('visibilitychange', update);
    };
  }, [element]);
  return now;
}
