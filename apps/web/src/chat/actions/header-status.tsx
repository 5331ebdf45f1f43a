'use client';

import { clsx } from 'clsx';
import { useEffect, useState } from 'react';
import { useWords } from '../../i18n/words.ts';
import { useScreen } from '../chat-store.ts';
import { useFormat } from '../../ui/format.ts';
import { useAgentName } from '../team.tsx';
import { useActionWords } from './words.ts';

/** Names that fit; of more agents only their number is said. */
const NAMED = 2;

/** Who works and for how long, or that somebody waits for the person; nothing when the chat rests. */
export function HeaderStatus() {
  const t = useActionWords();
  const status = useScreen(({ chat }) => (chat.lastSeq === 0 || chat.deleted ? 'idle' : chat.status));
  return (
    <>
      {status === 'idle' ? null : (
        <span data-part="status" className="flex min-w-0 items-baseline gap-1.5 text-soft">
          <span
            aria-hidden
            className={clsx('size-2 shrink-0 rounded-full', status === 'waiting' ? 'bg-warn' : 'animate-pulse bg-good')}
          />
          {status === 'waiting' ? t.waitingForYou : <Working />}
        </span>
      )}
      <Cost />
    </>
  );
}

/** What it has cost, where there is no room for the button that says more. */
function Cost() {
  const format = useFormat();
  const words = useWords();
  const { modelCalls, costMicroUsd } = useScreen(({ chat }) => chat.usage);
  if (modelCalls === 0) return null;
  return (
    <span className="shrink-0 tabular-nums md:hidden">
      <span className="sr-only">{words.cost}: </span>
      {format.cost(costMicroUsd)}
    </span>
  );
}

function Working() {
  const t = useActionWords();
  const words = useWords();
  const nameOf = useAgentName();
  const speaking = useScreen(({ chat }) => chat.speaking);
  const speaker = useScreen(({ chat }) => chat.speaker);
  const agents = speaking.length > 0 ? speaking : speaker === undefined ? [] : [speaker];
  const names = agents.length > NAMED ? words.agentsCount(agents.length) : agents.map(nameOf).join(', ');
  return (
    <>
      <span className="truncate">{t.working(names === '' ? t.someone : names)}</span>
      <Elapsed />
    </>
  );
}

/** How long the run has been going on; read only when it is looked at, since it changes each second. */
function Elapsed() {
  const startedAt = useScreen(({ chat }) => (chat.lastRun?.status === 'running' ? chat.lastRun.startedAt : undefined));
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  if (startedAt === undefined) return null;
  return <time className="text-faint tabular-nums">{formatElapsed(now - Date.parse(startedAt))}</time>;
}

/** 0:07, 12:34, 1:02:03: as a stop watch shows it, in every language. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  const rest = `${hours === 0 ? String(minutes) : two(minutes)}:${two(seconds % 60)}`;
  return hours === 0 ? rest : `${String(hours)}:${rest}`;
}
