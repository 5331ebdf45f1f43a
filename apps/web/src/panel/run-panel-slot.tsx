'use client';

import { lazyPart } from '../ui/lazy-part.tsx';
import { closePanel, usePanelPlace } from './panel-place.ts';

const RunPanel = lazyPart(async () => (await import('./run-panel.tsx')).RunPanel, { missing: 'toast' });

/** Where the panel of a run stands beside the chat, while the address asks for it. */
export function RunPanelSlot() {
  const place = usePanelPlace();
  if (place === undefined) return null;
  return <RunPanel place={place} onMissing={closePanel} />;
}
