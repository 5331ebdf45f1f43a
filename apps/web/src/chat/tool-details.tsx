'use client';

import type { Json } from '@colloquy/contracts';
import type { ToolEntry } from '@colloquy/transcript';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { useDetailWords } from './detail-words.ts';
import { partialJson } from './json-shape.ts';
import { JsonTree } from './json-tree.tsx';

/** What is asked of a tool, what it says meanwhile, and what came of it. */
export function ToolDetails({ entry }: { readonly entry: ToolEntry }) {
  const t = useWords();
  const words = useDetailWords();
  return (
    <div
      className="thin-scroll flex max-h-[60vh] flex-col gap-3 overflow-y-auto border-t border-line px-3 py-3 text-sm"
      tabIndex={0}
      role="group"
      aria-label={t.tool}
    >
      {entry.arguments === undefined || isEmpty(entry.arguments) ? null : (
        <Part title={t.toolArguments}>
          <JsonTree value={entry.arguments} />
        </Part>
      )}
      {entry.argumentsText === '' ? null : (
        <Part title={words.argumentsSoFar}>
          <PartialArguments text={entry.argumentsText} />
        </Part>
      )}
      {entry.progress === '' ? null : (
        <Part title={t.toolProgress}>
          <JsonTree value={entry.progress} />
        </Part>
      )}
      {entry.result === undefined ? null : (
        <Part title={t.toolResult}>
          <JsonTree value={entry.result} />
        </Part>
      )}
      {entry.error === undefined ? null : (
        <Part title={t.toolError}>
          <p className="wrap-anywhere whitespace-pre-wrap text-bad">{entry.error.message}</p>
          <Hint code={entry.error.code} />
        </Part>
      )}
      {entry.truncated === true ? <p className="text-faint">{t.cut}</p> : null}
    </div>
  );
}

/** What is written is shown as what it will be as soon as it can be read so. */
function PartialArguments({ text }: { readonly text: string }) {
  const value = partialJson(text);
  if (value !== undefined) return <JsonTree value={value} />;
  return <pre className="font-mono text-[0.8125rem] wrap-anywhere whitespace-pre-wrap">{text}</pre>;
}

function Hint({ code }: { readonly code: string }) {
  const words = useDetailWords();
  const hints: Readonly<Record<string, string>> = words.hints;
  return (
    <>
      {hints[code] === undefined ? null : <p className="mt-1 text-soft">{hints[code]}</p>}
      <p className="mt-1 font-mono text-xs text-faint">{words.code(code)}</p>
    </>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div>
      <p className="mb-1 text-xs font-medium text-faint">{title}</p>
      {children}
    </div>
  );
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
