/** Why a text is no regular expression with these flags, in the engine's words; undefined when it is one. */
export function regexProblem(text: string, flags: string): string | undefined {
  try {
    RegExp(text, flags);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
}
