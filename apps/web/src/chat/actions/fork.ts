import { ClientError, type Client } from '@colloquy/client';
import { announce } from '../../shell/announcer.tsx';
import { goTo, pathOf } from '../../shell/navigate.ts';
import { doingIn, setDoing } from './doing-store.ts';

/** What a new chat is made from. */
export interface Fork {
  readonly chatId: string;
  /** `seq` of the last event that it gets. */
  readonly atSeq: number;
  /** What is said when it is there. */
  readonly done: string;
}

/**
 * Makes a chat that goes on from a place of another one, and goes there. How far it has come is in the doing-store; who
 * has left the chat meanwhile is not taken away from where they are.
 */
export async function startFork(client: Client, { chatId, atSeq, done }: Fork): Promise<void> {
  const controller = new AbortController();
  const cancel = (): void => {
    controller.abort(new Error('given up'));
    setDoing(chatId, { fork: undefined });
  };
  const show = (attempts: number, error?: string): void => {
    if (controller.signal.aborted) return;
    setDoing(chatId, { fork: { atSeq, attempts, cancel, ...(error === undefined ? {} : { error }) } });
  };
  show(0);
  try {
    const fork = await client.forkChat(
      chatId,
      { atSeq },
      {
        signal: controller.signal,
        onRetry: (attempts) => {
          show(attempts);
        },
      },
    );
    const here = doingIn(chatId).fork !== undefined && window.location.pathname === pathOf(chatId);
    setDoing(chatId, { fork: undefined });
    if (!here) return;
    // Who comes back finds the chat as it is now.
    setDoing(chatId, { version: undefined, searching: undefined });
    announce(done);
    goTo(fork.chatId);
  } catch (error) {
    show(0, error instanceof ClientError ? error.message : String(error));
  }
}
