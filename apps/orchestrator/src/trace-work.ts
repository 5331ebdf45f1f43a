import {
  messageAttributes,
  noTracer,
  spanOf,
  type OwnerReply,
  type OwnerRequest,
  type Span,
  type Tracer,
} from '@colloquy/contracts';
import type { CommandDelivery, TicketDelivery } from '@colloquy/messaging';

interface Traced {
  readonly tracer?: Tracer;
}

/** Records a command within a span, below who published it. */
export function traceCommand(
  { tracer = noTracer }: Traced,
  { command, traceparent, deliveryCount }: CommandDelivery,
  fn: (span: Span) => Promise<void>,
): Promise<void> {
  const attributes = {
    ...messageAttributes('command.{chatId}', 'process'),
    'colloquy.chat.id': command.chatId,
    'colloquy.command': command.kind,
    'colloquy.command.id': command.commandId,
    'colloquy.delivery_count': deliveryCount,
  };
  return tracer.span({ ...spanOf('process command.{chatId}'), parent: traceparent, attributes }, fn);
}

/** Holds a ticket within a span, below who published it. */
export function traceTicket(
  { tracer = noTracer }: Traced,
  { ticket, traceparent, deliveryCount }: TicketDelivery,
  fn: (span: Span) => Promise<void>,
): Promise<void> {
  const attributes = {
    ...messageAttributes('run.{chatId}', 'process'),
    'colloquy.chat.id': ticket.chatId,
    'colloquy.delivery_count': deliveryCount,
  };
  return tracer.span({ ...spanOf('process run.{chatId}'), parent: traceparent, attributes }, fn);
}

/** Answers a request to the owner within a span, below who asks. */
export function traceAnswer(
  { tracer = noTracer }: Traced,
  { chatId, request }: { chatId: string; request: OwnerRequest },
  fn: () => Promise<OwnerReply>,
): Promise<OwnerReply> {
  const attributes = { 'colloquy.chat.id': chatId, 'colloquy.request': request.kind };
  const { traceparent } = request;
  return tracer.span({ ...spanOf('answer owner.{chatId}'), parent: traceparent, attributes }, async (span) => {
    const reply = await fn();
    span.set({ 'colloquy.outcome': reply.kind });
    return reply;
  });
}
