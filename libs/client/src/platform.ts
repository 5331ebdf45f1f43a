/** What the client stands on in a browser and in Node alike: the machine's clock, ids, and signs that it woke up. */
import type { Clock, Ids, TimerHandle } from '@colloquy/contracts';

class PlatformTimer {
  timeout: ReturnType<typeof setTimeout> | undefined;
}

/** The machine's clock. */
export const platformClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(fn: () => void, ms: number): TimerHandle {
    const timer = new PlatformTimer();
    timer.timeout = setTimeout(fn, Math.max(0, ms));
    return timer;
  },
  clearTimeout(handle: TimerHandle): void {
    if (handle instanceof PlatformTimer) clearTimeout(handle.timeout);
  },
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        clearTimeout(timer);
        reject(toError(signal?.reason));
      };
      if (signal?.aborted === true) {
        reject(toError(signal.reason));
        return;
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

/** Ids from the machine's clock and its random source: UUIDv7, and random bytes as base64url. */
export const platformIds: Ids = {
  uuid(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const time = Date.now().toString(16).padStart(12, '0');
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20)}`;
  },
  random(bytes: number): string {
    const raw = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)));
    return btoa(raw).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  },
};

/** Signs of the machine that the client acts on. */
export interface PlatformSigns {
  /** A page comes back: shown again, restored from the cache, or online again. */
  readonly onWake: () => void;
  /** The machine has no network any more. */
  readonly onOffline: () => void;
  /** Another tab has changed something in the storage that all tabs share. */
  readonly onStorage: () => void;
}

/** Watches for signs in a browser; outside one there are none. Returns a function that stops it. */
export function watchPlatform({ onWake, onOffline, onStorage }: PlatformSigns): () => void {
  if (typeof document === 'undefined' || typeof window === 'undefined') return () => undefined;
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') onWake();
  };
  document.addEventListener('visibilitychange', onVisible);
  window.addEventListener('pageshow', onVisible);
  window.addEventListener('online', onWake);
  window.addEventListener('offline', onOffline);
  window.addEventListener('storage', onStorage);
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    window.removeEventListener('pageshow', onVisible);
    window.removeEventListener('online', onWake);
    window.removeEventListener('offline', onOffline);
    window.removeEventListener('storage', onStorage);
  };
}

/** Shows an error where errors show, without stopping whoever met it. */
export function reportToPlatform(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else console.error(error);
}
