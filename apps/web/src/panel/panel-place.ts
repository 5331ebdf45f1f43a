'use client';

import { useSearchParams } from 'next/navigation';

/** The parts of the run panel, in their order. */
export const PANEL_TABS = ['agents', 'timeline', 'cost', 'context', 'events'] as const;

/** A part of the run panel. */
export type PanelTab = (typeof PANEL_TABS)[number];

/** What of the panel the address says to show. */
export interface PanelPlace {
  readonly tab: PanelTab;
  /** The run to show; the newest one when there is none. */
  readonly runId: string | undefined;
}

/** What of the panel an address says to show; undefined when it is closed. */
export function panelPlaceOf(search: { get(name: string): string | null }): PanelPlace | undefined {
  const wanted = search.get('panel');
  if (wanted === null) return undefined;
  const tab = PANEL_TABS.find((name) => name === wanted) ?? 'agents';
  return { tab, runId: search.get('run') ?? undefined };
}

/** What of the panel is shown; undefined when it is closed. */
export function usePanelPlace(): PanelPlace | undefined {
  return panelPlaceOf(useSearchParams());
}

/** The address that shows this part of the panel, or with none the chat alone. */
export function addressOf(href: string, place: PanelPlace | undefined): string {
  const url = new URL(href);
  const { searchParams } = url;
  searchParams.delete('run');
  if (place === undefined) searchParams.delete('panel');
  else searchParams.set('panel', place.tab);
  if (place?.runId !== undefined) searchParams.set('run', place.runId);
  return `${url.pathname}${url.search}${url.hash}`;
}

/** Shows another part of the open panel; "back" closes it. */
export function showInPanel(place: PanelPlace): void {
  window.history.replaceState(null, '', addressOf(window.location.href, place));
}

/** Closes the panel; "back" opens it again. */
export function closePanel(): void {
  window.history.pushState(null, '', addressOf(window.location.href, undefined));
}
