'use client';

import { answerDraftKey, parseValues } from './answer-draft.ts';
import type { FormValues } from './answer-values.ts';
import { useDraft } from './use-draft.ts';

/** What stands in the form of a question: kept until it is answered, over a reload too. */
export function useAnswerDraft(
  requestId: string,
  initial: FormValues,
): readonly [FormValues, (changed: FormValues) => void] {
  const [text, setText] = useDraft(answerDraftKey(requestId));
  const kept = parseValues(text);
  return [
    kept === undefined ? initial : { ...initial, ...kept },
    (changed) => {
      setText(JSON.stringify(changed));
    },
  ];
}
