'use client';

import type { Client } from '@colloquy/client';
import { Workflow } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { useChatStore } from '../chat/chat-store.ts';
import { useWorkflows } from '../chat/use-workflows.ts';
import { showToast } from '../shell/toast-store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { AgentsView } from './agents-view.tsx';
import { ContextView } from './context-view.tsx';
import { CostView } from './cost-view.tsx';
import { EventsView } from './events-view.tsx';
import { closePanel, PANEL_TABS, showInPanel, type PanelPlace, type PanelTab } from './panel-place.ts';
import { ShownContext, type Shown } from './panel-parts.ts';
import { RunPicker } from './run-picker.tsx';
import { useRuns, useRunsStore, type RunsScreen } from './runs-store.ts';
import { TimelineView } from './timeline-view.tsx';
import { usePanelWords } from './words.ts';

interface PanelContentProps {
  readonly client: Client;
  readonly chatId: string;
  readonly place: PanelPlace;
  /** True when the panel lies over the chat: who jumps wants to see the chat. */
  readonly over: boolean;
}

/** What is in the panel: which run, and the parts. */
export function PanelContent({ client, chatId, place, over }: PanelContentProps) {
  const t = usePanelWords();
  const screen = useRuns(useRunsStore(client, chatId));
  const { transcript } = useChatStore();
  const workflows = useWorkflows();
  const at = placeOf(screen, place.runId);
  const run = screen.view.runs.at(at);
  if (run === undefined) return <NoRun screen={screen} />;
  const jump = (seq: number): void => {
    if (over) closePanel();
    void transcript.scrollToSeq(seq, { flash: true, focus: true }).then((found) => {
      if (!found) showToast(t.gone);
    });
  };
  const card = workflows.data?.find(({ name }) => name === run.workflow);
  return (
    <ShownContext value={{ screen, run, card, jump }}>
      <Tabs.Root
        value={place.tab}
        onValueChange={(tab) => {
          showInPanel({ ...place, tab: tab as PanelTab });
        }}
        className="flex min-h-0 flex-1 flex-col"
      >
        <Tabs.List aria-label={t.panel} className="thin-scroll flex shrink-0 overflow-x-auto border-b border-line px-2">
          {PANEL_TABS.map((tab) => (
            <Tabs.Trigger
              key={tab}
              value={tab}
              className="min-h-11 shrink-0 border-b-2 border-transparent px-2.5 text-sm text-soft hover:text-foreground focus-visible:-outline-offset-2 data-[state=active]:border-accent-fill data-[state=active]:font-medium data-[state=active]:text-foreground md:min-h-10"
            >
              {t.tabs[tab]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <RunPicker
          runs={screen.view.runs}
          run={run}
          place={at}
          onPick={(runId) => {
            showInPanel({ ...place, runId });
          }}
        />
        <Part tab="agents" of={AgentsView} />
        <Part tab="timeline" of={TimelineView} />
        <Part tab="cost" of={CostView} />
        <Part tab="context" of={ContextView} />
        <Tabs.Content value="events" className="flex min-h-0 flex-1 flex-col outline-none">
          <EventsView />
        </Tabs.Content>
      </Tabs.Root>
    </ShownContext>
  );
}

function Part({ tab, of: Content }: { readonly tab: PanelTab; readonly of: () => React.ReactNode }) {
  return (
    <Tabs.Content
      value={tab}
      className="thin-scroll min-h-0 flex-1 overflow-y-auto p-4 focus-visible:-outline-offset-2"
    >
      <Content />
    </Tabs.Content>
  );
}

/** Where the run is that is asked for; else the newest that was not taken back, or the newest of all. */
function placeOf({ view }: RunsScreen, runId: string | undefined): number {
  const { runs, rootOf } = view;
  const wanted = runId === undefined ? undefined : rootOf.get(runId);
  if (wanted !== undefined) return wanted;
  let at = runs.length - 1;
  while (runs.at(at)?.undone === true) at--;
  return at < 0 ? runs.length - 1 : at;
}

function NoRun({ screen }: { readonly screen: Shown['screen'] }) {
  const t = usePanelWords();
  if (screen.error !== undefined) return <ErrorState title={t.loadFailed} hint={screen.error.message} />;
  if (screen.complete) return <EmptyState icon={Workflow} title={t.noRun} hint={t.noRunHint} />;
  return (
    <div className="p-4">
      <SkeletonLines label={t.loading} />
    </div>
  );
}
