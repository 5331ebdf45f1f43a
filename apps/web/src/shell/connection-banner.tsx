'use client';

import { CloudOff } from 'lucide-react';
import { useWords } from '../i18n/words.ts';
import { useClient } from './client-provider.tsx';
import { useLongCut } from './use-connection.ts';

const BANNER_AFTER_MS = 2_000;

/** Says that the connection is lost, when that has lasted. */
export function ConnectionBanner() {
  const t = useWords();
  const client = useClient();
  const cut = useLongCut(BANNER_AFTER_MS);
  return (
    <div role="status">
      {cut && client !== undefined ? (
        <div className="flex items-center justify-center gap-2 border-b border-warn-line bg-warn-wash px-4 py-2 text-sm text-warn">
          <CloudOff className="size-4 shrink-0" aria-hidden />
          {t.connectionBanner}
        </div>
      ) : null}
    </div>
  );
}
