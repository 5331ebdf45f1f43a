import { countTokens } from './count-tokens.ts';
import type { LimitedReply } from './limit-reply.ts';

/** A piece of an answer on its way. */
export interface Piece {
  readonly tokens: number;
  readonly delta: Readonly<Record<string, unknown>>;
}

/** How much of a call's arguments goes into one chunk, characters. */
const ARGUMENTS_PIECE = 12;

function slices(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

/** Words with the blanks before them; joined, they are the text. */
function words(text: string): string[] {
  return text.match(/\s*\S{1,24}|\s+$/g) ?? [];
}

/** A reply in the order in which OpenAI streams it: role, text word by word, each call's name and then its arguments. */
export function* piecesOf(reply: LimitedReply, callIds: readonly string[]): Generator<Piece> {
  yield { tokens: 0, delta: { role: 'assistant', content: '' } };
  for (const word of words(reply.text)) yield { tokens: countTokens(word), delta: { content: word } };
  for (const [index, call] of reply.calls.entries()) {
    const head = { index, id: callIds[index], type: 'function', function: { name: call.tool, arguments: '' } };
    yield { tokens: countTokens(call.tool), delta: { tool_calls: [head] } };
    for (const piece of slices(call.arguments, ARGUMENTS_PIECE)) {
      const delta = { tool_calls: [{ index, function: { arguments: piece } }] };
      yield { tokens: countTokens(piece), delta };
    }
  }
}
