'use client';

import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useWords } from '../i18n/words.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { dismissToast, useToasts, type Toast } from './toast-store.ts';

/** Short messages in the corner, each with at most one thing to do about it. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-[max(6rem,env(safe-area-inset-bottom))] z-50 flex flex-col items-center gap-2 px-4"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const t = useWords();
  const { id, text, action, ms } = toast;
  useEffect(() => {
    const timer = setTimeout(() => {
      dismissToast(id);
    }, ms);
    return () => {
      clearTimeout(timer);
    };
  }, [id, ms]);
  return (
    <div className="pointer-events-auto flex items-center gap-1 rounded-xl bg-foreground py-1 pr-1 pl-4 text-sm text-background shadow-lg">
      <span className="mr-2">{text}</span>
      {action === undefined ? null : (
        <button
          type="button"
          className="h-9 rounded-lg px-3 font-semibold hover:bg-background/15"
          onClick={() => {
            action.run();
            dismissToast(id);
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton
        label={t.dismiss}
        plain
        onClick={() => {
          dismissToast(id);
        }}
      >
        <X />
      </IconButton>
    </div>
  );
}
