import { WIRE_VERSION, type Command } from '@colloquy/contracts';
import { checkBudget } from './check-budget.ts';
import { commandIdOf } from './command-ids.ts';
import type { Answer, Call, GatewayParts } from './ports.ts';
import { confirmFiles, takeFiles, type WithFiles } from './take-files.ts';
import { withinBrokerTime, withinTime } from './within.ts';

/** How long the log is searched for a command that the budget would refuse, in ms. */
const SEARCH_MS = 2000;

type Envelope = 'v' | 'commandId' | 'chatId' | 'userId' | 'at';
type BodyOf<C> = C extends unknown ? Omit<C, Envelope> : never;
/** What a command says beyond who, where and when. */
export type CommandBody = BodyOf<Command>;

interface Making {
  /** Tells the commands of one request apart, when it stands for several. */
  readonly part?: string;
  /** True when it begins a run: then the budget of its user is asked. */
  readonly spends?: boolean;
  /** Files that it gives to the chat. */
  readonly fileIds?: readonly string[] | undefined;
  readonly body: (commandId: string, files: WithFiles) => CommandBody;
}

/**
 * Publishes a command for one of the caller's chats; answers once JetStream has it.
 * @throws ChatNotFoundError when the chat is not the caller's
 * @throws ProblemError 400 when a file is not the caller's; 409 when one has gone; 503 when the broker does not answer; 429 when it spends and the budget of its user is used up
 */
export async function publishCommand(parts: GatewayParts, call: Call, make: Making): Promise<Answer> {
  const { userId } = call.identity;
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  const commandId =
    call.key === undefined ? parts.ids.uuid() : commandIdOf({ userId, chatId, key: `${call.key}${make.part ?? ''}` });
  if (make.spends === true) {
    await checkBudget(
      parts,
      call.identity,
      async () => call.key !== undefined && (await isOnLog(parts, chatId, commandId)),
    );
  }
  const files = await takeFiles(parts, call.identity, { chatId, fileIds: make.fileIds });
  const at = new Date(parts.clock.now()).toISOString();
  const command: Command = { v: WIRE_VERSION, commandId, chatId, userId, at, ...make.body(commandId, files) };
  await withinBrokerTime(parts.clock, parts.messaging.commands.publish(command));
  await confirmFiles(parts, call.identity, { chatId, fileIds: make.fileIds });
  return { body: { commandId } };
}

/**
 * Whether the log shows what became of the command: then it was taken, and its answer was lost. It has to be searched for,
 * since nothing keeps commands by their id; so only one that the budget would refuse is. A command that is still on the
 * queue, or whose search takes too long, is not found: it is refused like a new one, and done once all the same.
 */
async function isOnLog({ messaging, clock }: GatewayParts, chatId: string, commandId: string): Promise<boolean> {
  const ending = new AbortController();
  const search = async (): Promise<boolean> => {
    for await (const { commit } of messaging.log.read(chatId, { after: 0, complete: true, signal: ending.signal })) {
      if (commit.events.some((event) => event.commandId === commandId)) return true;
    }
    return false;
  };
  try {
    return (await withinTime(clock, SEARCH_MS, search())) ?? false;
  } finally {
    ending.abort();
  }
}
