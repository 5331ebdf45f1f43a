'use client';

import type { ContextChange } from '@colloquy/transcript';
import { Braces } from 'lucide-react';
import { clsx } from 'clsx';
import { JsonView } from '../chat/json-view.tsx';
import { useAgentName } from '../chat/team.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useFormat } from '../ui/format.ts';
import { Newest } from './newest.tsx';
import { useShown } from './panel-parts.ts';
import { variablesOf, type Variable } from './variables.ts';
import { usePanelWords } from './words.ts';

/** What the run remembers: its variables where they may be seen, and when and by whom they were changed. */
export function ContextView() {
  const t = usePanelWords();
  const { run } = useShown();
  if (run.context.length === 0) return <EmptyState icon={Braces} title={t.noContext} hint={t.noContextHint} />;
  const changes = [...run.context];
  const variables = variablesOf(changes);
  const newest = run.context.last?.seq;
  return (
    <>
      {variables.length === 0 ? null : (
        <ul className="mb-5 flex flex-col">
          {variables.map((variable) => (
            <VariableRow key={variable.name} variable={variable} newest={newest} />
          ))}
        </ul>
      )}
      {changes.some(({ set }) => set === undefined) ? (
        <p className="mb-4 rounded-lg bg-hover px-3 py-2 text-xs text-soft">{t.hidden}</p>
      ) : null}
      <Changes />
    </>
  );
}

function VariableRow({ variable, newest }: { readonly variable: Variable; readonly newest: number | undefined }) {
  const t = usePanelWords();
  const { name, history } = variable;
  const last = history.at(-1);
  if (last === undefined) return null;
  return (
    <li
      className={clsx(
        'border-t border-line px-2 py-2.5 first:border-t-0',
        last.change.seq === newest && 'bg-accent-wash',
      )}
    >
      <div className="flex items-baseline justify-between gap-3">
        <code className="min-w-0 text-sm font-medium wrap-anywhere">{name}</code>
        <Who change={last.change} />
      </div>
      <div className="mt-1 text-sm">
        <JsonView value={last.value} />
      </div>
      {history.length > 1 ? (
        <details className="mt-1 text-xs text-soft">
          <summary className="min-h-7 py-1">{t.history(history.length)}</summary>
          <ol className="flex flex-col gap-2 border-l border-line pl-3">
            {history.map(({ change, value }) => (
              <li key={change.seq}>
                <Who change={change} />
                <JsonView value={value} />
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </li>
  );
}

function Who({ change }: { readonly change: ContextChange }) {
  const t = usePanelWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const who = change.agent === undefined ? t.workflowItself : nameOf(change.agent);
  return (
    <span className="shrink-0 text-xs text-faint">
      {who}, <time dateTime={change.at}>{format.time(change.at)}</time>
    </span>
  );
}

function Changes() {
  const t = usePanelWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const { run, jump } = useShown();
  return (
    <section>
      <h3 className="text-xs font-medium text-faint">{t.changes}</h3>
      <Newest of={run.context}>
        {({ seq, at, agent, set }) => (
          <li key={seq}>
            <button
              type="button"
              className="flex min-h-11 w-full items-baseline gap-3 rounded px-1 py-1 text-left text-sm hover:bg-hover md:min-h-8"
              onClick={() => {
                jump(seq);
              }}
            >
              <span className="min-w-0 flex-1">
                {t.changedBy(agent === undefined ? t.workflowItself : nameOf(agent))}
                {set === undefined ? null : (
                  <span className="block truncate text-xs text-faint">{Object.keys(set).join(', ')}</span>
                )}
              </span>
              <time dateTime={at} className="shrink-0 text-xs text-faint tabular-nums">
                {format.span(Date.parse(at) - Date.parse(run.startedAt))}
              </time>
            </button>
          </li>
        )}
      </Newest>
    </section>
  );
}
