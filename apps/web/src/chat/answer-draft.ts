import type { FormValues } from './answer-values.ts';

/** The name under which what a person writes into a question's form is kept. */
export function answerDraftKey(requestId: string): string {
  return `answer.${requestId}`;
}

/** What was kept of a form; undefined when there is nothing, or nothing of ours. */
export function parseValues(kept: string): FormValues | undefined {
  if (kept === '') return undefined;
  try {
    const values: unknown = JSON.parse(kept);
    return typeof values === 'object' && values !== null ? (values as FormValues) : undefined;
  } catch {
    return undefined;
  }
}
