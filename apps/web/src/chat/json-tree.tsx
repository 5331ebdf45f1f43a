'use client';

import type { Json } from '@colloquy/contracts';
import { ChevronRight } from 'lucide-react';
import { clsx } from 'clsx';
import { useState } from 'react';
import { formatName } from '../ui/format.ts';
import { useDetailWords } from './detail-words.ts';
import { briefOf, FIRST_PARTS, foldOf, isFlat, isGroup, partsOf, unwrapped, type Group } from './json-shape.ts';

/** How deep a value is open at first. */
const OPEN_DEPTH = 2;

/** A JSON value for people: a table of its parts, groups that open and close, long texts folded. */
export function JsonTree({ value, depth = 0 }: { readonly value: Json; readonly depth?: number }) {
  const shown = unwrapped(value);
  return isGroup(shown) ? <Parts value={shown} depth={depth} /> : <Leaf value={shown} />;
}

function Parts({ value, depth }: { readonly value: Group; readonly depth: number }) {
  const words = useDetailWords();
  const [all, setAll] = useState(false);
  const parts = partsOf(value);
  if (parts.length === 0) return <span className="text-faint">{words.nothing}</span>;
  const shown = all ? parts : parts.slice(0, FIRST_PARTS);
  return (
    <>
      <dl className="grid grid-cols-[fit-content(35%)_1fr] gap-x-4 gap-y-1">
        {shown.map(([name, part]) => (
          <Part key={name} name={Array.isArray(value) ? name : formatName(name)} value={part} depth={depth} />
        ))}
      </dl>
      {shown.length === parts.length ? null : (
        <More
          onClick={() => {
            setAll(true);
          }}
        >
          {words.showMore(parts.length - shown.length)}
        </More>
      )}
    </>
  );
}

function Part({ name, value, depth }: { readonly name: string; readonly value: Json; readonly depth: number }) {
  const group = unwrapped(value);
  const label = <span className="wrap-anywhere text-faint tabular-nums">{name}</span>;
  if (!isGroup(group) || partsOf(group).length === 0) {
    return (
      <>
        <dt className="min-w-0">{label}</dt>
        <dd className="min-w-0">
          <JsonTree value={group} />
        </dd>
      </>
    );
  }
  return <GroupPart name={name} value={group} depth={depth} />;
}

function GroupPart({ name, value, depth }: { readonly name: string; readonly value: Group; readonly depth: number }) {
  const words = useDetailWords();
  const [open, setOpen] = useState(depth + 1 < OPEN_DEPTH || (depth === 0 && isFlat(value)));
  return (
    <>
      <dt className="col-span-2 min-w-0">
        <button
          type="button"
          aria-expanded={open}
          className="-ml-1 flex min-h-7 max-w-full items-center gap-1 rounded px-1 text-left hover:bg-hover pointer-coarse:min-h-11"
          onClick={() => {
            setOpen(!open);
          }}
        >
          <ChevronRight
            aria-hidden
            className={clsx('size-3.5 shrink-0 text-faint transition-transform', open && 'rotate-90')}
          />
          <span className="shrink-0 text-soft">{name}</span>
          <span className="shrink-0 text-xs text-faint">{words.parts(partsOf(value).length)}</span>
          {open ? null : <span className="truncate text-faint">{briefOf(value)}</span>}
        </button>
      </dt>
      {open ? (
        <dd className="col-span-2 ml-1.5 min-w-0 border-l border-line pl-3">
          <JsonTree value={value as Json} depth={depth + 1} />
        </dd>
      ) : null}
    </>
  );
}

function Leaf({ value }: { readonly value: string | number | boolean | null }) {
  const words = useDetailWords();
  const [all, setAll] = useState(false);
  if (value === null) return <span className="text-faint">{words.nothing}</span>;
  if (typeof value === 'boolean') return <span>{value ? words.yes : words.no}</span>;
  const text = String(value);
  const fold = all ? undefined : foldOf(text);
  return (
    <>
      <span className="wrap-anywhere whitespace-pre-wrap">{fold ?? text}</span>
      {fold === undefined ? null : (
        <More
          onClick={() => {
            setAll(true);
          }}
        >
          {words.showAll(text.length)}
        </More>
      )}
    </>
  );
}

function More({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button
      type="button"
      aria-expanded={false}
      onClick={onClick}
      className="mt-1 block min-h-7 rounded text-xs font-medium text-accent-ink underline-offset-2 hover:underline pointer-coarse:min-h-11"
    >
      {children}
    </button>
  );
}
