/** Who looks at a chat, as far as its log says. */
export interface Attention {
  /** The id of its read-only link. */
  readonly shareId: string | null;
  /** `seq` up to which its owner has seen it. */
  readonly seenSeq: number;
  /** `seq` of the newest event that is worth seeing. */
  readonly newsSeq: number;
}
