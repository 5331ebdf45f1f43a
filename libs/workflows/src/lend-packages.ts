import { registerHooks } from 'node:module';

/** What a tools.ts may import besides Node's own modules and what its own folder brings. */
const LENT = new Set(['@colloquy/workflows', 'zod']);

let lent = false;

/**
 * Lets a tools.ts import this package and zod from wherever it lies: a folder outside of the checkout (WORKFLOWS_DIR)
 * has no node_modules above it. What the folder itself brings goes first.
 */
export function lendPackages(): void {
  if (lent) return;
  lent = true;
  try {
    registerHooks({
      resolve(specifier, context, next) {
        try {
          return next(specifier, context);
        } catch (error) {
          if (!LENT.has(specifier)) throw error;
          return next(specifier, { ...context, parentURL: import.meta.url });
        }
      },
    });
  } catch {
    // A test runner that loads modules by itself takes no hooks: there, folders must bring what they import.
  }
}
