/**
 * Constants that browser code may use as well: this file imports nothing but the cursor's text form, which imports
 * nothing, so it costs no schema library. Exported as `@colloquy/contracts/constants`.
 */
export { formatCursor, parseCursor } from './cursor.ts';

/** Every id that can become part of a subject: no dot, star or space, so it cannot reach another chat. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{16,64}$/;

/** Version of the commit, command and ticket formats. */
export const WIRE_VERSION = 1;

/** Largest commit on the log, in bytes of JSON. */
export const MAX_COMMIT_BYTES = 512 * 1024;

/** Longest text of one user message, in UTF-16 code units. */
export const MAX_MESSAGE_LENGTH = 64 * 1024;

/** Largest JSON value that a person sends (variables, an answer), in UTF-16 code units of its text. */
export const MAX_VALUE_LENGTH = 64 * 1024;

/** Largest request body that the API takes, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Most messages from elsewhere that a chat begins with. */
export const MAX_HISTORY_LENGTH = 100;

/** Most files that one message brings. */
export const MAX_ATTACHMENTS = 10;

/** How many unread events of a chat are counted; more are "so many or more". */
export const MAX_UNREAD = 100;

/** Longest title of a chat, in UTF-16 code units. */
export const MAX_TITLE_LENGTH = 200;

/** How many events of a chat its document keeps for the screen. */
export const DOCUMENT_MESSAGES = 200;

/** A field of an event is cut to this many UTF-16 code units in the chat document; whole only in `events`. */
export const DOCUMENT_FIELD_LENGTH = 16 * 1024;

/** A deleted chat can be restored for this long, in milliseconds. */
export const UNDO_DELETE_MS = 10 * 60 * 1000;

/** A commit that holds deltas only leaves the log after this many seconds. */
export const DELTA_TTL_SECONDS = 6 * 60 * 60;

/** Most chats whose last sequence is asked for in one call. */
export const MULTI_LAST_LIMIT = 1024;

/** A chat is `running` until it rests: `idle`, or `waiting` for a person. */
export const CHAT_STATUSES = ['idle', 'running', 'waiting'] as const;

/** What a delta carries: for `arguments` and `progress` its messageId is the callId. */
export const DELTA_KINDS = ['text', 'reasoning', 'arguments', 'progress'] as const;

/** Names of the socket events, both ways. */
export const SOCKET_EVENTS = {
  subscribe: 'subscribe',
  unsubscribe: 'unsubscribe',
  commits: 'commits',
  reset: 'reset',
  chatChanged: 'chat_changed',
  bye: 'bye',
} as const;

/** Name of the cookie that carries a guest's or a signed-in user's token. */
export const TOKEN_COOKIE = 'colloquy_token';

/** The header that makes a repeated POST, PATCH or DELETE the same command. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';

/** So many bytes of a text file go into a prompt. */
export const MAX_FILE_TEXT = 64 * 1024;
/** What a picture in a prompt counts, roughly. */
export const IMAGE_TOKENS = 1000;

/** What is worth looking at: something said, asked or failed. The rest of the work shows when the person is there. */
export const NEWS_EVENT_TYPES = ['text', 'input_request', 'run_failed'] as const;

/** The event types that a person sees: these are kept in the document's `messages`. */
export const SEEN_EVENT_TYPES = [
  'user_message',
  'message_imported',
  'message_taken_up',
  'text',
  'reasoning',
  'message_aborted',
  'tool_call',
  'tool_started',
  'tool_response',
  'handoff',
  'input_request',
  'input_response',
  'run_started',
  'run_claimed',
  'run_released',
  'run_completed',
  'run_failed',
  'run_cancelled',
  'guardrail_tripped',
  'model_changed',
  'command_rejected',
  'rewound',
] as const;
