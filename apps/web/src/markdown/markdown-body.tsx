'use client';

import { memo, useId } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remend from 'remend';
import { lazyPart } from '../ui/lazy-part.tsx';
import { CodeBlock } from './code-block.tsx';
import { HiddenImage } from './hidden-image.tsx';
import { hasMath, withDollars } from './math-text.ts';
import { OutwardLink } from './outward-link.tsx';
import { endsInFence, splitBlocks } from './split-blocks.ts';
import { TableFrame } from './table-frame.tsx';
import { TaskMark } from './task-mark.tsx';

interface MarkdownProps {
  readonly text: string;
  readonly live: boolean;
}

/** What turns the text of one block into what is drawn; without formulas by default. */
export type Plugins = Pick<Options, 'remarkPlugins' | 'rehypePlugins'>;

const PLAIN: Plugins = { remarkPlugins: [remarkGfm], rehypePlugins: [] };

/** What an agent writes may come from a page that it has read: no HTML, no image from elsewhere, links ask first. */
const COMPONENTS: Components = {
  a: ({ id, href, children }) =>
    // To a footnote of this message, and back.
    href?.startsWith('#') === true ? (
      <a id={id} href={href}>
        {children}
      </a>
    ) : (
      <OutwardLink href={href ?? ''}>{children}</OutwardLink>
    ),
  img: ({ alt }) => <HiddenImage alt={alt ?? ''} />,
  input: ({ checked }) => <TaskMark done={checked === true} />,
  pre: ({ node }) => (node === undefined ? null : <CodeBlock node={node} settled />),
  table: ({ node, children }) => <TableFrame {...(node === undefined ? {} : { node })}>{children}</TableFrame>,
};

/** The same while its code is being written: it has no colours yet. */
const OPEN_COMPONENTS: Components = {
  ...COMPONENTS,
  pre: ({ node }) => (node === undefined ? null : <CodeBlock node={node} settled={false} />),
};

/** What is half written is drawn as if it were whole; a link or an image that has no address yet is its words. */
const MENDING = { linkMode: 'text-only', images: true, htmlTags: true } as const;

/** Formulas are rare, and what sets them is large. */
const WithMath = lazyPart(
  async () => {
    const { MATH_PLUGINS } = await import('./math-plugins.ts');
    return ({ text, live }: MarkdownProps) => <Blocks text={withDollars(text)} live={live} plugins={MATH_PLUGINS} />;
  },
  { missing: 'fallback' },
);

/** Markdown, with formulas when there are any. */
export function MarkdownBody({ text, live }: MarkdownProps) {
  const parsed = <Blocks text={text} live={live} plugins={PLAIN} />;
  if (!hasMath(text)) return parsed;
  return <WithMath fallback={parsed} text={text} live={live} />;
}

/**
 * Block by block: while an answer streams, only the last one changes. There is no caret: one that walks along with the text
 * is a shift of the layout with every piece, 0.4 in all for four agents in eight seconds.
 */
function Blocks({ text, live, plugins }: MarkdownProps & { readonly plugins: Plugins }) {
  const id = useId();
  const blocks = splitBlocks(text);
  return (
    <div className="prose-chat">
      {blocks.map((block, index) => (
        <Block
          // Blocks are only ever added at the end.
          key={index}
          text={block}
          open={live && index === blocks.length - 1}
          plugins={plugins}
          prefix={`${id}${String(index)}-`}
        />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly text: string;
  /** True while it may still grow. */
  readonly open: boolean;
  readonly plugins: Plugins;
  /** Before the ids of footnotes, which every message counts from 1. */
  readonly prefix: string;
}

const Block = memo(function Block({ text, open, plugins, prefix }: BlockProps) {
  return (
    <ReactMarkdown
      {...plugins}
      skipHtml
      remarkRehypeOptions={{ clobberPrefix: prefix }}
      urlTransform={addressOf}
      components={open && endsInFence(text) ? OPEN_COMPONENTS : COMPONENTS}
    >
      {open ? remend(text, MENDING) : text}
    </ReactMarkdown>
  );
});

/** Addresses that a link may have; any other one, such as that of a file's neighbour, leads nowhere from here. */
function addressOf(address: string): string {
  return /^(?:https?:\/\/|mailto:|#)/i.test(address) ? address : '';
}
