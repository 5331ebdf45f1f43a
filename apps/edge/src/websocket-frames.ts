/** A close frame from a server: 1001, going away (RFC 6455 §7.4.1). */
export const GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/** Follows the frames in a stream of WebSocket bytes, to know where one may be put in between. */
export class WebSocketFrames {
  /** Header bytes of the frame that is coming in, until its length is known. */
  #header = Buffer.alloc(0);
  /** Payload bytes that are still to come. */
  #left = 0;

  /** Whether the bytes so far end with a whole frame. */
  get complete(): boolean {
    return this.#left === 0 && this.#header.length === 0;
  }

  /** Takes the next bytes; gives the offset in them at which the last whole frame ends, or -1 when none does. */
  take(chunk: Buffer): number {
    let at = 0;
    let end = -1;
    while (at < chunk.length) {
      if (this.#left === 0) at = this.#takeHeader(chunk, at);
      const payload = Math.min(this.#left, chunk.length - at);
      this.#left -= payload;
      at += payload;
      if (this.complete) end = at;
    }
    return end;
  }

  #takeHeader(chunk: Buffer, at: number): number {
    this.#header = Buffer.concat([this.#header, chunk.subarray(at, at + 1)]);
    const size = this.#headerSize();
    if (size !== undefined && this.#header.length === size) {
      this.#left = this.#payloadSize();
      this.#header = Buffer.alloc(0);
    }
    return at + 1;
  }

  /** 2, 4 or 10 bytes, and 4 more for a mask; undefined until the second byte is there. */
  #headerSize(): number | undefined {
    if (this.#header.length < 2) return undefined;
    const second = this.#header.readUInt8(1);
    const length = second & 0x7f;
    const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
    return 2 + extended + (second & 0x80 ? 4 : 0);
  }

  #payloadSize(): number {
    const length = this.#header.readUInt8(1) & 0x7f;
    if (length === 126) return this.#header.readUInt16BE(2);
    return length === 127 ? Number(this.#header.readBigUInt64BE(2)) : length;
  }
}
