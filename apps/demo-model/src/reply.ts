/** A call that the model makes. */
export interface PlannedCall {
  readonly tool: string;
  /** JSON. */
  readonly arguments: string;
}

/** What the model answers: text, then calls. */
export interface Reply {
  readonly text: string;
  readonly calls: readonly PlannedCall[];
}
