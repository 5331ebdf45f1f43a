'use client';

import { clsx } from 'clsx';
import { useWords } from '../i18n/words.ts';
import { useConnection } from './use-connection.ts';

/** A quiet sign of the connection's state. */
export function ConnectionDot() {
  const t = useWords();
  const state = useConnection();
  return (
    <span className="flex items-center gap-2 text-xs text-faint" title={t.connection[state]}>
      <span
        aria-hidden
        className={clsx(
          'size-2 rounded-full transition-colors',
          state === 'online' ? 'bg-good' : state === 'connecting' ? 'bg-warn' : 'bg-bad',
        )}
      />
      {t.connection[state]}
    </span>
  );
}
