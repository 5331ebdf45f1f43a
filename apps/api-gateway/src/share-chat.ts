import { ProblemError } from '@colloquy/service';
import type { Answer, Call, GatewayParts, Handler } from './ports.ts';
import { publishCommand } from './publish-command.ts';
import { readLife } from './read-life.ts';
import { withinTime } from './within.ts';

/** 128 bits: a link cannot be guessed. */
const ID_BYTES = 16;
/** How long the link may take to be on the log, and how long until it is looked for again, in ms. */
const RECORDED_MS = 3000;
const LOOK_MS = 40;

/**
 * POST /v1/chats/:chatId/share: answers with the link that the log has. Of several who ask at once one makes it, and all
 * are told the same: an id that was never recorded would be a link to nothing.
 */
export const shareChat: Handler = async (parts, call) => {
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  const life = await readLife(parts, chatId);
  if (life.deleted) throw deleted();
  if (life.shareId !== null) return { body: { commandId: parts.ids.uuid(), shareId: life.shareId } };
  return makeLink(parts, call, chatId);
};

async function makeLink(parts: GatewayParts, call: Call, chatId: string): Promise<Answer> {
  const wanted = parts.ids.random(ID_BYTES);
  const { body } = await publishCommand(parts, call, { body: () => ({ kind: 'share', shareId: wanted }) });
  const looking = new AbortController();
  try {
    const shareId = await withinTime(parts.clock, RECORDED_MS, recorded(parts, chatId, looking.signal));
    if (shareId === undefined) throw notYet();
    return { body: { ...(body as object), shareId } };
  } finally {
    looking.abort();
  }
}

async function recorded(parts: GatewayParts, chatId: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const { shareId } = await readLife(parts, chatId);
    if (shareId !== null) return shareId;
    await parts.clock.sleep(LOOK_MS, signal);
  }
}

function deleted(): ProblemError {
  return new ProblemError({
    status: 409,
    code: 'chat_deleted',
    title: 'The chat was deleted',
    detail: 'Restore it before you share it.',
  });
}

/** Nothing is lost: the command is on disk, and whoever asks again is told the link once it is there. */
function notYet(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'link_not_ready',
    title: 'The link is not there yet',
    detail: 'Nobody has recorded it yet. Send the same request with the same Idempotency-Key again in a moment.',
    headers: { 'retry-after': '1' },
  });
}
