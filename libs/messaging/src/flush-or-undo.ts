import type { BrokerLink } from './broker-link.ts';

/**
 * Resolves when the server has everything that was sent. When it does not say so, what was begun is undone before the
 * error is thrown: the caller gets nothing by which it could end it.
 */
export async function flushOrUndo(link: Pick<BrokerLink, 'flush'>, undo: () => void): Promise<void> {
  try {
    await link.flush();
  } catch (error) {
    undo();
    throw error;
  }
}
