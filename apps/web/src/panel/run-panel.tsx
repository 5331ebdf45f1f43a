'use client';

import { X } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useChatStore } from '../chat/chat-store.ts';
import { useClient } from '../shell/client-provider.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { PanelContent } from './panel-content.tsx';
import { closePanel, type PanelPlace } from './panel-place.ts';
import { usePanelWidth, WIDTHS } from './panel-width.ts';
import { useRoom } from './use-wide.ts';
import { usePanelWords } from './words.ts';

const Sheet = lazyPart(async () => (await import('../ui/sheet.tsx')).Sheet, { missing: 'toast' });

/** The panel of a run: beside the chat where there is room, else over it. */
export function RunPanel({ place }: { readonly place: PanelPlace }) {
  const t = usePanelWords();
  const client = useClient();
  const { chatId } = useChatStore();
  const room = useRoom();
  if (client === undefined) return null;
  const beside = room === 'beside';
  const content = <PanelContent key={chatId} client={client} chatId={chatId} place={place} over={!beside} />;
  if (beside) return <Beside>{content}</Beside>;
  return (
    <Sheet
      open
      title={t.panel}
      side={room}
      onOpenChange={(open) => {
        if (!open) closePanel();
      }}
      onMissing={closePanel}
    >
      <div className={room === 'bottom' ? 'flex h-[76dvh] flex-col' : 'flex h-full flex-col'}>{content}</div>
    </Sheet>
  );
}

function Beside({ children }: { readonly children: ReactNode }) {
  const t = usePanelWords();
  const [width, setWidth] = usePanelWidth();
  return (
    <aside
      ref={giveFocusBack}
      aria-label={t.panel}
      className="relative flex shrink-0 flex-col border-l border-line bg-surface"
      style={{ width: `min(${String(width)}px, 60vw)` }}
    >
      <Resizer width={width} onChange={setWidth} />
      <div className="flex h-14 shrink-0 items-center gap-2 border-b border-line pr-2 pl-4">
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{t.panel}</h2>
        <IconButton label={t.close} onClick={closePanel}>
          <X />
        </IconButton>
      </div>
      {children}
    </aside>
  );
}

/** When it goes with the focus in it, that goes to what had it before, or else to the chat. */
function giveFocusBack(panel: HTMLElement | null): (() => void) | undefined {
  if (panel === null) return undefined;
  const { activeElement: opener } = document;
  return () => {
    if (!panel.contains(document.activeElement)) return;
    const known = opener instanceof HTMLElement && opener !== document.body && opener.isConnected;
    const back = known ? opener : document.querySelector<HTMLElement>('[role="log"]');
    back?.focus();
  };
}

const STEP = 24;

/** The edge that is drawn to make the panel wider; by keys as well. */
function Resizer({ width, onChange }: { readonly width: number; readonly onChange: (width: number) => void }) {
  const t = usePanelWords();
  const from = useRef<{ readonly x: number; readonly width: number }>(undefined);
  const onKeyDown = (event: KeyboardEvent): void => {
    const wanted = WANTED[event.key]?.(width);
    if (wanted === undefined) return;
    event.preventDefault();
    onChange(wanted);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t.resize}
      aria-valuenow={width}
      aria-valuemin={WIDTHS.least}
      aria-valuemax={WIDTHS.most}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onDoubleClick={() => {
        onChange(WIDTHS.first);
      }}
      onPointerDown={(event: PointerEvent) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={(event: PointerEvent) => {
        if (from.current !== undefined) onChange(from.current.width + from.current.x - event.clientX);
      }}
      onPointerUp={() => {
        from.current = undefined;
      }}
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none hover:bg-accent-fill/30 focus-visible:bg-accent-fill/40 focus-visible:outline-none"
    />
  );
}

const WANTED: Readonly<Record<string, (width: number) => number>> = {
  ArrowLeft: (width) => width + STEP,
  ArrowRight: (width) => width - STEP,
  Home: () => WIDTHS.least,
  End: () => WIDTHS.most,
};
