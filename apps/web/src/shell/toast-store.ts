import { create } from 'zustand';

/** A short message. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** How long it stays, in milliseconds. */
  readonly ms: number;
}

let lastId = 0;

/** The messages that are shown now. */
export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));

/** Shows a message for a while; longer when there is something to do about it. Gives its id. */
export function showToast(text: string, action?: Toast['action']): number {
  const toast: Toast = {
    id: ++lastId,
    text,
    ms: action === undefined ? 5_000 : 10_000,
    ...(action === undefined ? {} : { action }),
  };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), toast] }));
  return toast.id;
}

/** Takes a message away. */
export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}
