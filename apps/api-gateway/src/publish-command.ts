import { WIRE_VERSION, type Command } from '@colloquy/contracts';
import { commandIdOf } from './command-ids.ts';
import type { Answer, Call, GatewayParts } from './ports.ts';
import { withinBrokerTime } from './within.ts';

type Envelope = 'v' | 'commandId' | 'chatId' | 'userId' | 'at';
type BodyOf<C> = C extends unknown ? Omit<C, Envelope> : never;
/** What a command says beyond who, where and when. */
export type CommandBody = BodyOf<Command>;

/**
 * Publishes a command for one of the caller's chats; answers once JetStream has it.
 * @param part - tells the commands of one request apart, when it stands for several
 * @throws ChatNotFoundError when the chat is not the caller's
 * @throws ProblemError 503 when the broker does not answer
 */
export async function publishCommand(
  parts: GatewayParts,
  call: Call,
  make: { part?: string; body: (commandId: string) => CommandBody },
): Promise<Answer> {
  const { userId } = call.identity;
  const chatId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, chatId);
  const commandId =
    call.key === undefined ? parts.ids.uuid() : commandIdOf({ userId, chatId, key: `${call.key}${make.part ?? ''}` });
  const at = new Date(parts.clock.now()).toISOString();
  const command: Command = { v: WIRE_VERSION, commandId, chatId, userId, at, ...make.body(commandId) };
  await withinBrokerTime(parts.clock, parts.messaging.commands.publish(command));
  return { body: { commandId } };
}
