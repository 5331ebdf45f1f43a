'use client';

import { defaultRehypePlugins, Streamdown, type Components } from 'streamdown';
import { t } from '../strings.ts';

/** What an agent writes may come from a page that it has read: no HTML, no image from elsewhere, links ask first. */
const COMPONENTS: Components = {
  img: ({ alt }) => <span className="text-sm text-faint italic">{t.image(alt ?? '')}</span>,
};
const REHYPE = [defaultRehypePlugins['sanitize'], withBareWords(defaultRehypePlugins['harden'])].filter(
  (plugin) => plugin !== undefined,
);
const CONTROLS = { code: { copy: true, download: false }, table: { copy: true, download: false, fullscreen: false } };
const LINK_SAFETY = { enabled: true };

/** Markdown by Streamdown, which mends what is half written. */
export function MarkdownBody({ text, live }: { readonly text: string; readonly live: boolean }) {
  return (
    <Streamdown
      className="prose-chat space-y-0"
      mode={live ? 'streaming' : 'static'}
      isAnimating={live}
      caret="block"
      skipHtml
      components={COMPONENTS}
      rehypePlugins={REHYPE}
      controls={CONTROLS}
      linkSafety={LINK_SAFETY}
    >
      {text}
    </Streamdown>
  );
}

type Plugin = (typeof defaultRehypePlugins)[string];

/** A link that leads nowhere from here, such as one from a file to its neighbour, is only its words. */
function withBareWords(harden: Plugin | undefined): Plugin | undefined {
  if (!Array.isArray(harden)) return harden;
  const [plugin, options] = harden as readonly unknown[];
  return [plugin, { ...(options as object), linkBlockPolicy: 'text-only' }] as Plugin;
}
