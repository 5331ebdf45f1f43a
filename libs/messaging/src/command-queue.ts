import {
  type Command,
  commandSchema,
  commandSubject,
  DURABLES,
  newerCommandSchema,
  STREAMS,
  timerSubject,
} from '@colloquy/contracts';
import type { PulledMessage } from './broker-link.ts';
import { CommandPump, type PumpContext } from './command-pump.ts';
import { decodeMessage } from './decode-message.ts';
import { flushOrUndo } from './flush-or-undo.ts';
import { HEADERS, traceHeader, traceOf } from './message-headers.ts';
import { parkMalformed, parkMessage, type ParkingContext } from './parked-messages.ts';
import type { CommandDelivery, CommandQueue } from './ports.ts';
import { storeMessage } from './store-message.ts';

/** What commands need. */
export interface CommandContext extends ParkingContext {
  readonly onFault: PumpContext['onFault'];
}

/** Commands over one connection. */
export function createCommandQueue(context: CommandContext): CommandQueue {
  const { link, clock } = context;
  return {
    async publish(command, traceparent) {
      await storeMessage({
        link,
        clock,
        subject: commandSubject(command.chatId),
        data: JSON.stringify(command),
        headers: { [HEADERS.msgId]: command.commandId, ...traceHeader(traceparent) },
      });
    },
    async oldest(chatId) {
      const message = await link.nextOf(STREAMS.commands, commandSubject(chatId), 1);
      return message?.seq;
    },
    async consume(onCommand) {
      const pump = new CommandPump(context, async (message) => {
        const decoded = decodeMessage(commandSchema, message);
        if ('value' in decoded) await onCommand(toDelivery(context, message, decoded.value));
        else if (isNewer(context, message)) message.nak(NEWER_NAK_MS);
        else await parkMalformed(context, message, { consumer: DURABLES.commands, reason: decoded.reason });
      });
      pump.start();
      await flushOrUndo(link, () => void pump.close());
      return pump;
    },
    async schedule({ id, at, command }) {
      await storeMessage({
        link,
        clock,
        subject: timerSubject(command.chatId, id),
        data: JSON.stringify(command),
        headers: {
          [HEADERS.schedule]: `@at ${new Date(at).toISOString()}`,
          [HEADERS.scheduleTarget]: commandSubject(command.chatId),
        },
      });
    },
    unschedule: ({ id, chatId }) => link.purge({ stream: STREAMS.commands, filter: timerSubject(chatId, id) }),
  };
}

/** How soon a command that only a newer version knows is offered again, in ms. */
const NEWER_NAK_MS = 500;
/** How long it waits for one, in ms: later commands of its chat wait behind it. */
const NEWER_WAIT_MS = 60_000;

/** A command of a kind that only a newer version knows, which may be there: a deploy replaces one after the other. */
function isNewer({ clock }: ParkingContext, message: PulledMessage): boolean {
  return 'value' in decodeMessage(newerCommandSchema, message) && clock.now() - message.at < NEWER_WAIT_MS;
}

function toDelivery(context: ParkingContext, message: PulledMessage, command: Command): CommandDelivery {
  return {
    command,
    streamSeq: message.seq,
    storedAt: message.at,
    deliveryCount: message.deliveryCount,
    ...traceOf(message.headers),
    ack: () => message.ackConfirmed(),
    nak: (delayMs) => message.nak(delayMs),
    park: (reason) => parkMessage(context, message, { consumer: DURABLES.commands, reason }),
  };
}
