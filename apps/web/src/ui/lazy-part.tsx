'use client';

import { clsx } from 'clsx';
import {
  Component,
  createElement,
  lazy,
  Suspense,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  useTransition,
  type ComponentType,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { useWords, type Words } from '../i18n/words.ts';
import { ProblemPage } from '../shell/problem-page.tsx';
import { reload } from '../shell/reload.ts';
import { showToast } from '../shell/toast-store.ts';
import { Button } from './button.tsx';
import { Chunk, type Failure } from './chunk.ts';

/**
 * What stands in the place of a part that cannot be loaded, or broke:
 * - `fallback`: what stood there while it was loaded, or nothing; for what one can do without, and for what has plain words.
 * - `line`: a line that says so and offers to try again; for a part of a page.
 * - `inset`: such a line where what is around it leaves no room at its sides.
 * - `page`: the same for a whole place.
 * - `toast`: a short message, and `onMissing` is called, which ends what was begun; for dialogs and menus.
 */
export type Missing = 'fallback' | 'line' | 'inset' | 'page' | 'toast';

interface Around {
  /** What stands there while it is loaded; nothing by default. */
  readonly fallback?: ReactNode;
}

interface Ended {
  /** Ends what was begun: there is nothing to do it with. */
  readonly onMissing: () => void;
}

/** Instead of what the part says itself; for one that is wanted only sometimes. */
interface Overridden extends Partial<Ended> {
  readonly missing?: Missing;
}

/** A part whose code comes with its first use. */
export type LazyPart<P, E = Overridden> = ComponentType<P & Around & E> & {
  /** Asks for the code before it is drawn. */
  readonly preload: () => void;
};

/**
 * A part of the app whose code is loaded when it is first drawn. Only its own place waits for it, and only its own place is
 * without it when it cannot be loaded, as without a network, or after a deploy that has taken its file away. React's own
 * `lazy` would keep such a failure for ever.
 * @param load - imports it
 * @param missing - what stands in its place then
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  options: { readonly missing: 'toast' },
): LazyPart<P, Ended>;
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  options: { readonly missing: Exclude<Missing, 'toast'> },
): LazyPart<P>;
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  options: { readonly missing: Missing },
): LazyPart<P> {
  const chunk = new Chunk(load);
  function Part({ fallback, onMissing, missing = options.missing, ...given }: P & Around & Overridden) {
    return (
      <WhenLoaded chunk={chunk} missing={missing} fallback={fallback} onMissing={onMissing}>
        {(Loaded) => createElement(Loaded, given as unknown as P)}
      </WhenLoaded>
    );
  }
  const preload = (): void => {
    chunk.get().catch(() => undefined);
  };
  return Object.assign(Part, { preload });
}

interface PlaceProps {
  readonly chunk: Chunk<unknown>;
  readonly missing: Missing;
  readonly fallback?: ReactNode;
  readonly onMissing?: (() => void) | undefined;
}

/** Draws something with code that is loaded for it; `lazyPart` is this for a component. */
export function WhenLoaded<T>({
  chunk,
  children,
  ...place
}: PlaceProps & { readonly chunk: Chunk<T>; readonly children: (loaded: T) => ReactNode }) {
  // Who comes to the screen asks anew for what was missing before.
  useState(() => {
    chunk.forget();
  });
  return (
    <PartBoundary chunk={chunk} {...place}>
      <Suspense fallback={place.fallback}>
        <Content chunk={chunk}>{children}</Content>
      </Suspense>
    </PartBoundary>
  );
}

interface ContentProps<T> {
  readonly chunk: Chunk<T>;
  readonly children: (loaded: T) => ReactNode;
}

function Content<T>({ chunk, children }: ContentProps<T>) {
  return createElement(attemptOf(chunk.get()), { draw: children as (loaded: unknown) => ReactNode });
}

interface AttemptProps {
  readonly draw: (loaded: unknown) => ReactNode;
}

const attempts = new WeakMap<Promise<unknown>, ComponentType<AttemptProps>>();

/** What waits for an attempt: another one has another component, since React keeps what a lazy one came to, also an error. */
function attemptOf(loading: Promise<unknown>): ComponentType<AttemptProps> {
  const known = attempts.get(loading);
  if (known !== undefined) return known;
  const attempt = lazy(async () => {
    const loaded = await loading;
    return { default: ({ draw }: AttemptProps) => draw(loaded) };
  });
  attempts.set(loading, attempt);
  return attempt;
}

class PartBoundary extends Component<PlaceProps & { readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true };
  }

  readonly #reset = (): void => {
    this.setState({ broken: false });
  };

  override render(): ReactNode {
    const { children, ...place } = this.props;
    return this.state.broken ? <Gone {...place} onThere={this.#reset} /> : children;
  }
}

/** The place of a part that is not there; it is told when the part is. */
function Gone({ chunk, missing, fallback, onMissing, onThere }: PlaceProps & { readonly onThere: () => void }) {
  const failure = useSyncExternalStore(
    chunk.watch,
    () => chunk.failure,
    () => undefined,
  );
  // What is loaded and broke does not mend by itself.
  const [waits] = useState(failure !== undefined);
  const there = waits && failure === undefined;
  useEffect(() => {
    if (there) onThere();
  }, [there, onThere]);
  const [busy, retry] = useRetry(chunk, onThere);
  if (there) return fallback;
  if (missing === 'page') return <MissingPage failure={failure} busy={busy} onRetry={retry} />;
  if (missing === 'line' || missing === 'inset') {
    return <MissingLine inset={missing === 'inset'} failure={failure} busy={busy} onRetry={retry} />;
  }
  return (
    <>
      {fallback}
      {missing === 'toast' ? (
        <Ending chunk={chunk} failure={failure} onMissing={onMissing} />
      ) : failure === 'gone' ? (
        <NewVersionNote />
      ) : null}
    </>
  );
}

function useRetry(chunk: Chunk<unknown>, onThere: () => void): readonly [boolean, (event: MouseEvent) => void] {
  const [busy, startTransition] = useTransition();
  const retry = ({ currentTarget }: MouseEvent): void => {
    const around = currentTarget.closest<HTMLElement>('[tabindex]');
    startTransition(async () => {
      await chunk.again();
      if (chunk.failure !== undefined) return;
      onThere();
      // The button goes, and would take the focus along.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) around?.focus();
      });
    });
  };
  return [busy, retry];
}

interface MissingProps {
  readonly failure: Failure | undefined;
  readonly busy: boolean;
  readonly onRetry: (event: MouseEvent) => void;
}

function MissingPage({ failure, busy, onRetry }: MissingProps) {
  const t = useWords();
  const { title, hint } = reasonOf(failure, t);
  return (
    <ProblemPage
      title={title}
      hint={hint}
      busy={busy}
      onRetry={onRetry}
      {...(failure === 'gone' ? { onReload: reload } : {})}
    />
  );
}

function MissingLine({ inset, failure, busy, onRetry }: MissingProps & { readonly inset: boolean }) {
  const t = useWords();
  return (
    <div
      role="status"
      className={clsx('flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft', inset && 'px-4 py-2')}
    >
      {reasonOf(failure, t).line}
      <span className="flex gap-2">
        {failure === 'gone' ? <Button onClick={reload}>{t.reload}</Button> : null}
        <Button aria-busy={busy} className={busy ? 'opacity-45' : undefined} onClick={onRetry}>
          {t.tryAgain}
        </Button>
      </span>
    </div>
  );
}

function Ending({
  chunk,
  failure,
  onMissing,
}: Pick<PlaceProps, 'chunk' | 'onMissing'> & Pick<MissingProps, 'failure'>) {
  const t = useWords();
  const done = useRef(false);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    showToast(reasonOf(failure, t).line, failure === 'gone' ? { label: t.reload, run: reload } : undefined);
    onMissing?.();
    // Whoever begins it again, however soon, shall not meet the same failure.
    void chunk.again();
  });
  return null;
}

let noted = false;

/** Small things are missing because the app is newer than the page: that is said once, not at every one of them. */
function NewVersionNote() {
  const t = useWords();
  useEffect(() => {
    if (noted) return;
    noted = true;
    showToast(reasonOf('gone', t).line, { label: t.reload, run: reload });
  }, [t]);
  return null;
}

/** Why something is not there, in words. Without a failure of loading it broke. */
export function reasonOf(failure: Failure | undefined, t: Words): Words['missing'][Failure] {
  return failure === undefined
    ? { title: t.partBroken, hint: t.partBrokenHint, line: t.partBroken }
    : t.missing[failure];
}
