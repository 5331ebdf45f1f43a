'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { ArrowLeft, Blocks } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useWorkflows } from '../chat/use-workflows.ts';
import { useWords } from '../i18n/words.ts';
import { goToPath, PATHS } from '../shell/navigate.ts';
import { PlaceFrame } from '../shell/place-frame.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { WorkflowDetail } from './workflow-detail.tsx';
import { WorkflowTile } from './workflow-tile.tsx';
import { useGalleryWords } from './words.ts';

/** The workflows that are installed; with `?w=name` one of them closely. */
export function GalleryPage({ onMenu }: { readonly onMenu: () => void }) {
  const { places } = useWords();
  const wanted = useSearchParams().get('w');
  const workflows = useWorkflows();
  const card = workflows.data?.find(({ name }) => name === wanted);
  return (
    <PlaceFrame title={card?.title ?? places.workflows} onMenu={onMenu} width="wide">
      <Content
        cards={workflows.data}
        wanted={wanted}
        error={workflows.isError ? workflows.error : undefined}
        onRetry={() => void workflows.refetch()}
      />
    </PlaceFrame>
  );
}

interface ContentProps {
  readonly cards: readonly WorkflowCard[] | undefined;
  readonly wanted: string | null;
  readonly error: Error | undefined;
  readonly onRetry: () => void;
}

function Content({ cards, wanted, error, onRetry }: ContentProps) {
  const t = useGalleryWords();
  if (error !== undefined) return <ErrorState title={t.failed} hint={error.message} onRetry={onRetry} />;
  if (cards === undefined) return <Loading />;
  if (wanted !== null) return <One card={cards.find(({ name }) => name === wanted)} />;
  if (cards.length === 0) return <EmptyState icon={Blocks} title={t.empty} hint={t.emptyHint} />;
  return (
    <>
      <p className="mb-5 text-soft">{t.intro}</p>
      <ul className="grid gap-4 md:grid-cols-2">
        {cards.map((card) => (
          <WorkflowTile key={card.name} card={card} />
        ))}
      </ul>
    </>
  );
}

function One({ card }: { readonly card: WorkflowCard | undefined }) {
  const t = useGalleryWords();
  return (
    <>
      <Button
        tone="plain"
        className="-ml-3 text-soft"
        onClick={() => {
          goToPath(PATHS.workflows);
        }}
      >
        <ArrowLeft className="size-4" aria-hidden />
        {t.back}
      </Button>
      {card === undefined ? (
        <EmptyState icon={Blocks} title={t.missing} hint={t.missingHint} />
      ) : (
        <WorkflowDetail card={card} />
      )}
    </>
  );
}

function Loading() {
  const { loading } = useWords();
  return (
    <div role="status" className="grid gap-4 md:grid-cols-2">
      <span className="sr-only">{loading}</span>
      {[1, 2, 3].map((tile) => (
        <Skeleton key={tile} className="h-64 rounded-xl" />
      ))}
    </div>
  );
}
