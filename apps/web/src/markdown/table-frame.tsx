'use client';

import type { Element, ElementContent } from 'hast';
import type { ReactNode } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { nodeText } from './node-text.ts';
import { useMarkdownWords } from './words.ts';

/** A table in a frame of its own: a wide one scrolls, the page does not. */
export function TableFrame({ node, children }: { readonly node?: Element; readonly children: ReactNode }) {
  const t = useMarkdownWords();
  return (
    <div className="group/table relative [@media(hover:none)]:flex [@media(hover:none)]:flex-col">
      <div role="region" aria-label={t.table} tabIndex={0} className="table-frame thin-scroll">
        <table>{children}</table>
      </div>
      {node === undefined ? null : (
        <CopyButton
          text={tabbed(node)}
          className="absolute top-1 right-1 bg-surface opacity-0 group-hover/table:opacity-100 focus-visible:opacity-100 [@media(hover:none)]:static [@media(hover:none)]:self-end [@media(hover:none)]:opacity-100"
        />
      )}
    </div>
  );
}

/** As spread sheets take it: cells between tabs, a row a line. */
function tabbed(table: Element): string {
  return rowsOf(table)
    .map((row) => row.children.filter(isElement).map(nodeText).join('\t'))
    .join('\n');
}

function rowsOf(node: Element): Element[] {
  return node.children.filter(isElement).flatMap((child) => (child.tagName === 'tr' ? [child] : rowsOf(child)));
}

const isElement = (node: ElementContent): node is Element => node.type === 'element';
