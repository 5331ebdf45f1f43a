import type { ReceivedSpan } from '../support/otlp-receiver.ts';

/** Which span: of which service, by which name, with what attributes. */
export interface SpanLike {
  readonly service: string;
  readonly name: string;
  /** Types of events that the commit holds, of `append`. */
  readonly events?: string;
}

/** A span and the one right above it. */
export type TraceArrow = readonly [from: SpanLike, to: SpanLike];

const gateway = (name: string, events?: string): SpanLike => like('api-gateway', name, events);
const orchestrator = (name: string, events?: string): SpanLike => like('orchestrator', name, events);

function like(service: string, name: string, events?: string): SpanLike {
  return { service, name, ...(events === undefined ? {} : { events }) };
}

const append = 'append chat.{chatId}';
const persistence = like('persistence', 'project chat.{chatId}');
const logger = like('event-logger', 'log chat.{chatId}');
const screens = like('realtime-gateway', 'push chat.{chatId}');
const sidebar = like('realtime-gateway', 'push live.user.{ownerKey}');

/** Who reads the log goes on below whoever appended the commit. */
const readers = (from: SpanLike): TraceArrow[] => [
  [from, persistence],
  [from, logger],
];

/** The flow from POST /v1/chats to a run that asks for an approval, after a handoff and a tool call. */
export const RUN_ARROWS: readonly TraceArrow[] = [
  [like('edge', 'POST /v1/*'), gateway('POST /v1/chats')],
  [gateway('POST /v1/chats'), gateway(append, 'chat_created user_message')],
  ...readers(gateway(append, 'chat_created user_message')),
  [gateway('POST /v1/chats'), gateway('send run.{chatId}')],
  [gateway('send run.{chatId}'), orchestrator('process run.{chatId}')],
  [orchestrator('process run.{chatId}'), orchestrator('step start_run')],
  [orchestrator('step start_run'), orchestrator(append, 'run_started')],
  ...readers(orchestrator(append, 'run_started')),
  [orchestrator('process run.{chatId}'), orchestrator('run support-desk')],
  [orchestrator('run support-desk'), orchestrator('step decide')],
  [orchestrator('run support-desk'), orchestrator('step call_model')],
  [orchestrator('step call_model'), orchestrator('chat demo-model')],
  [orchestrator('chat demo-model'), like('demo-model', 'POST /v1/chat/completions')],
  [orchestrator('step call_model'), orchestrator(append, 'handoff')],
  [orchestrator('run support-desk'), orchestrator('step run_tools')],
  [orchestrator('step run_tools'), orchestrator(append, 'tool_started')],
  [orchestrator('step run_tools'), orchestrator('execute_tool lookup_order')],
  [orchestrator('step run_tools'), orchestrator(append, 'tool_response')],
  ...readers(orchestrator(append, 'tool_response')),
  [orchestrator(append, 'tool_response'), screens],
  [orchestrator('step ask_person'), orchestrator(append, 'input_request')],
  [orchestrator(append, 'input_request'), screens],
  [persistence, sidebar],
];

/** The flow of an answer to a question, up to the ticket that the run goes on with. */
export const COMMAND_ARROWS: readonly TraceArrow[] = [
  [like('edge', 'POST /v1/*'), gateway('POST /v1/chats/:chatId/inputs/:requestId')],
  [gateway('POST /v1/chats/:chatId/inputs/:requestId'), gateway('send command.{chatId}')],
  [gateway('send command.{chatId}'), orchestrator('process command.{chatId}')],
  [orchestrator('process command.{chatId}'), orchestrator('ask owner.{chatId}')],
  [orchestrator('process command.{chatId}'), orchestrator(append, 'input_response')],
  ...readers(orchestrator(append, 'input_response')),
  [orchestrator(append, 'input_response'), screens],
  [orchestrator('process command.{chatId}'), orchestrator('send run.{chatId}')],
  [orchestrator('send run.{chatId}'), orchestrator('process run.{chatId}')],
];

/** The flow of a command that comes to another orchestrator than the one that runs the chat. */
export const OWNER_ARROWS: readonly TraceArrow[] = [
  [gateway('PATCH /v1/chats/:chatId'), gateway('send command.{chatId}')],
  [orchestrator('process command.{chatId}'), orchestrator('ask owner.{chatId}')],
  [orchestrator('ask owner.{chatId}'), orchestrator('answer owner.{chatId}')],
  [orchestrator('answer owner.{chatId}'), orchestrator(append, 'chat_renamed')],
  [orchestrator(append, 'chat_renamed'), screens],
];

const isLike = ({ service, name, attributes }: ReceivedSpan, wanted: SpanLike): boolean =>
  service === wanted.service && name === wanted.name && hasEvents(attributes['colloquy.events'], wanted.events);

function hasEvents(types: unknown, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return Array.isArray(types) && wanted.split(' ').every((type) => types.includes(type));
}

const text = ({ service, name, events }: SpanLike): string =>
  `${service} ${name}${events === undefined ? '' : ` (${events})`}`;

/** The arrows that the spans do not show, in words. */
export function missingArrows(spans: readonly ReceivedSpan[], arrows: readonly TraceArrow[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return arrows
    .filter(([from, to]) => {
      const parents = spans.filter((span) => isLike(span, to)).map(({ parentId }) => byId.get(parentId ?? ''));
      return !parents.some((parent) => parent !== undefined && isLike(parent, from));
    })
    .map(([from, to]) => `${text(from)} → ${text(to)}`);
}
