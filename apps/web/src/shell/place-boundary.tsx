'use client';

import { Component, type ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { ProblemPage } from './problem-page.tsx';
import { reload } from './reload.ts';

interface BoundaryState {
  readonly error: Error | undefined;
}

/** One broken part does not take the app with it: it is shown as broken, and everything around it goes on. */
export class PlaceBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <BrokenPart
        error={error}
        onReset={() => {
          this.setState({ error: undefined });
        }}
      />
    );
  }
}

function BrokenPart({ error, onReset }: { readonly error: Error; readonly onReset: () => void }) {
  const t = useWords();
  if (!isMissingChunk(error)) return <ProblemPage title={t.partBroken} hint={t.partBrokenHint} onRetry={onReset} />;
  // Parts of ours ask again themselves; what the framework itself could not load only a fresh page asks for again.
  const { lost, gone, offline } = t.missing;
  return navigator.onLine ? (
    <ProblemPage title={lost.title} hint={gone.hint} onReload={reload} />
  ) : (
    <ProblemPage title={offline.title} hint={offline.hint} onReload={reload} />
  );
}

function isMissingChunk({ name, message }: Error): boolean {
  return name === 'ChunkLoadError' || /dynamically imported module|loading (css )?chunk/i.test(message);
}
