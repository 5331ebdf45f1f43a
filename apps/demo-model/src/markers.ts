import type { PlannedCall } from './reply.ts';

/** What goes wrong on request. */
export interface Faults {
  /** Answer with this HTTP status, the first `times` times. */
  readonly error?: { readonly status: number; readonly times: number };
  /** Never send a byte. */
  readonly hang: boolean;
  /** Destroy the socket in the middle of the answer. */
  readonly cut: boolean;
  /** Write at a tenth of the pace. */
  readonly slow: boolean;
}

const CALL = /\[\[tool:([\w.-]+)\s*(\{.*?\})?\s*\]\]/gs;
const ERROR = /\[\[error:([45]\d\d)(?::(\d+))?\]\]/;

/** The faults that a person's message asks for: `[[error:429]]`, `[[error:500:2]]`, `[[hang]]`, `[[cut]]`, `[[slow]]`. */
export function readFaults(text: string): Faults {
  const error = ERROR.exec(text);
  return {
    ...(error ? { error: { status: Number(error[1]), times: Number(error[2] ?? Infinity) } } : {}),
    hang: text.includes('[[hang]]'),
    cut: text.includes('[[cut]]'),
    slow: text.includes('[[slow]]'),
  };
}

/** The calls that it asks for: `[[tool:name {"a": 1}]]`, several at once. */
export function readCalls(text: string): readonly PlannedCall[] {
  return [...text.matchAll(CALL)].map((match) => ({ tool: match[1] ?? '', arguments: match[2] ?? '{}' }));
}

/** The exact words that it asks for: `[[say:3]]` is "w1 w2 w3", `[[echo]] hello` is "hello". */
export function readWords(text: string): string | undefined {
  const count = /\[\[say:(\d{1,6})\]\]/.exec(text)?.[1];
  if (count !== undefined) return Array.from({ length: Number(count) }, (_, index) => `w${index + 1}`).join(' ');
  return /\[\[echo\]\]\s*(.*)$/s.exec(text)?.[1]?.trim();
}

/** The message without its markers. */
export function withoutMarkers(text: string): string {
  return text
    .replaceAll(/\[\[(?:tool:.*?\}?\]\]|[a-z]+(?::[\d:]+)?\]\])/gs, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
