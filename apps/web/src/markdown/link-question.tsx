'use client';

import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useMarkdownWords } from './words.ts';

/** Shows where a link leads, whole, before anybody goes there. */
export function LinkQuestion({ href, onClose }: { readonly href: string; readonly onClose: () => void }) {
  const t = useMarkdownWords();
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t.linkTitle}
      description={t.linkHint}
      footer={
        <>
          <Button onClick={onClose}>{t.linkStay}</Button>
          <Button
            tone="solid"
            onClick={() => {
              window.open(href, '_blank', 'noopener,noreferrer');
              onClose();
            }}
          >
            {t.linkOpen}
          </Button>
        </>
      }
    >
      <div className="flex items-start gap-2 rounded-lg border border-line bg-background py-1 pr-1 pl-3">
        <code className="max-h-40 min-w-0 flex-1 overflow-y-auto py-1.5 text-sm break-all">{href}</code>
        <CopyButton text={href} />
      </div>
    </Dialog>
  );
}
