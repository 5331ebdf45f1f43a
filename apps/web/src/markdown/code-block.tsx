'use client';

import type { Element } from 'hast';
import { CopyButton } from '../ui/copy-button.tsx';
import { lazyPart } from '../ui/lazy-part.tsx';
import { nodeText } from './node-text.ts';
import { useMarkdownWords } from './words.ts';

/** Longer code has no colours: they would cost more than they say. */
const MOST_LINES = 1_500;

/** What colours is large, and one can read without it: when it cannot be loaded, the code stays plain. */
const ColouredCode = lazyPart(async () => (await import('./coloured-code.tsx')).ColouredCode, { missing: 'fallback' });

/** Code in a fence. It gets its colours when it is complete: to colour it with every piece costs the square of its length. */
export function CodeBlock({ node, settled }: { readonly node: Element; readonly settled: boolean }) {
  const t = useMarkdownWords();
  const [inner] = node.children;
  const code = nodeText(inner).replace(/\n$/, '');
  const language = languageOf(inner);
  const coloured = settled && language !== '' && code.split('\n', MOST_LINES + 1).length <= MOST_LINES;
  return (
    <div className="code-block">
      <div className="flex h-8 items-center justify-between pr-1 pl-3 text-xs text-faint select-none">
        <span>{language === '' ? t.code : language}</span>
        <CopyButton text={code} className="size-7" />
      </div>
      <pre tabIndex={0} aria-label={t.codeIn(language)} className="thin-scroll">
        <code>{coloured ? <ColouredCode fallback={code} code={code} language={language} /> : code}</code>
      </pre>
    </div>
  );
}

function languageOf(node: Element['children'][number] | undefined): string {
  const names = node?.type === 'element' ? node.properties['className'] : undefined;
  const name = Array.isArray(names) ? names.find((each) => String(each).startsWith('language-')) : undefined;
  return name === undefined ? '' : String(name).slice('language-'.length);
}
