/** Events of a chat would leave a hole: what lies between must be read from the log first. */
export class GapError extends Error {
  override readonly name = 'GapError';
  readonly chatId: string;
  /** The `seq` that must come next. */
  readonly expectedSeq: number;
  /** The `seq` that came instead. */
  readonly foundSeq: number;

  constructor(gap: { chatId: string; expectedSeq: number; foundSeq: number }) {
    super(`chat ${gap.chatId}: expected event ${gap.expectedSeq}, found ${gap.foundSeq}`);
    this.chatId = gap.chatId;
    this.expectedSeq = gap.expectedSeq;
    this.foundSeq = gap.foundSeq;
  }
}

/** The first event of a chat's log does not create a chat: no document can be made of it. */
export class NotAChatError extends Error {
  override readonly name = 'NotAChatError';
  readonly chatId: string;

  constructor(chatId: string, type: string) {
    super(`chat ${chatId}: event 1 is ${JSON.stringify(type)}, not "chat_created"`);
    this.chatId = chatId;
  }
}
