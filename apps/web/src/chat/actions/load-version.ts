import type { Api } from '@colloquy/client';
import { applyCommits, emptyView, type ChatView } from '@colloquy/transcript';

const PAGE = 1000;

/**
 * An older version of a chat: the view of its events up to one. Rejects with ClientError or the signal's reason.
 * @param upToSeq - as `versions` of the person's entry names it
 */
export async function loadVersion(
  api: Pick<Api, 'listEvents'>,
  { chatId, upToSeq }: { readonly chatId: string; readonly upToSeq: number },
  signal: AbortSignal,
): Promise<ChatView> {
  let view = emptyView(chatId);
  while (view.lastSeq < upToSeq) {
    const after = view.lastSeq;
    const limit = Math.min(PAGE, upToSeq - after);
    const page = await api.listEvents(chatId, { after, limit }, { signal });
    view = applyCommits(view, { events: page.events.filter(({ seq }) => seq <= upToSeq), deltas: [] });
    if (view.lastSeq === after) break; // the log ends here
  }
  return view;
}
