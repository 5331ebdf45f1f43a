import { messageAttributes, spanOf, type SpanName, type SpanStart, type Tracer } from '@colloquy/contracts';
import type { AppendBatch, Appended, ChatAppender, ChatLog, Messaging } from './ports.ts';

/** The span of a message that is sent, below what is active. */
function sending(name: SpanName, chatId: string): SpanStart {
  const template = name.slice(name.indexOf(' ') + 1);
  return {
    ...spanOf(name),
    attributes: { ...messageAttributes(template, 'send'), 'colloquy.chat.id': chatId },
  };
}

/**
 * The same ports, with a span for each message that is sent or appended, and its context in the message's header. Deltas
 * have neither: 25 of them a second would be most of all spans and say nothing that the commits around them do not.
 */
export function traceMessaging(messaging: Messaging, tracer: Tracer): Messaging {
  if (!tracer.on) return messaging;
  const { commands, tickets, owner, live } = messaging;
  return {
    ...messaging,
    log: traceLog(messaging.log, tracer),
    commands: {
      ...commands,
      publish: (command, traceparent) =>
        tracer.span({ ...sending('send command.{chatId}', command.chatId), parent: traceparent }, (span) => {
          span.set({ 'colloquy.command': command.kind, 'colloquy.command.id': command.commandId });
          return commands.publish(command, span.traceparent);
        }),
    },
    tickets: {
      ...tickets,
      publish: (ticket, msgId, traceparent) =>
        tracer.span({ ...sending('send run.{chatId}', ticket.chatId), parent: traceparent }, (span) =>
          tickets.publish(ticket, msgId, span.traceparent),
        ),
    },
    owner: {
      ...owner,
      ask: (chatId, request, timeoutMs) =>
        tracer.span(sending('ask owner.{chatId}', chatId), async (span) => {
          const { traceparent } = span;
          const reply = await owner.ask(
            chatId,
            traceparent === undefined ? request : { ...request, traceparent },
            timeoutMs,
          );
          span.set({
            'colloquy.request': request.kind,
            'colloquy.outcome': typeof reply === 'string' ? reply : reply.kind,
          });
          return reply;
        }),
    },
    live: {
      ...live,
      publishUser: (ownerKey, row, traceparent) => live.publishUser(ownerKey, row, traceparent ?? tracer.current()),
    },
  };
}

function traceLog(log: ChatLog, tracer: Tracer): ChatLog {
  return {
    epoch: () => log.epoch(),
    read: (chatId, options) => log.read(chatId, options),
    last: (chatId) => log.last(chatId),
    lastSequences: (chatIds) => log.lastSequences(chatIds),
    chatIds: () => log.chatIds(),
    restore: (...given) => log.restore(...given),
    open: (chatId, position) => traceAppender(log.open(chatId, position), { chatId, tracer }),
    erase: (chatId, upToStreamSeq) => log.erase(chatId, upToStreamSeq),
  };
}

function traceAppender(appender: ChatAppender, of: { chatId: string; tracer: Tracer }): ChatAppender {
  return {
    append: (batch) =>
      batch.events === undefined || batch.events.length === 0
        ? appender.append(batch)
        : appendTraced(appender, batch, of),
    position: () => appender.position(),
    get fenced() {
      return appender.fenced;
    },
    lastAckAt: () => appender.lastAckAt(),
    verify: () => appender.verify(),
    settled: () => appender.settled(),
    abandon: () => appender.abandon(),
  };
}

/** Batches that join one commit share its header, which is that of the first: the others' spans are linked to it. */
function appendTraced(
  appender: ChatAppender,
  batch: AppendBatch,
  { chatId, tracer }: { chatId: string; tracer: Tracer },
): Promise<Appended> {
  const start = { ...sending('append chat.{chatId}', chatId), parent: batch.traceparent };
  return tracer.span(start, async (span) => {
    const { traceparent } = span;
    const appended = await appender.append(traceparent === undefined ? batch : { ...batch, traceparent });
    span.set({
      'colloquy.events': appended.events.map(({ type }) => type),
      'colloquy.seq': appended.events.at(-1)?.seq,
      'colloquy.stream_seq': appended.streamSeq,
    });
    if (appended.traceparent !== traceparent) span.link(appended.traceparent);
    return appended;
  });
}
