import rehypeKatex from 'rehype-katex';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import type { Plugins } from './markdown-body.tsx';

/**
 * What markdown with formulas is drawn with. Formulas are drawn as MathML, which browsers know how to set and to read out:
 * no style sheet, no fonts. They may name no address and run no macro without end; a wrong one is shown as it was written.
 */
export const MATH_PLUGINS: Plugins = {
  remarkPlugins: [remarkGfm, [remarkMath, { singleDollarTextMath: false }]],
  rehypePlugins: [
    [rehypeKatex, { output: 'mathml', trust: false, strict: 'ignore', maxExpand: 500, errorColor: 'var(--soft)' }],
  ],
};
