/** Injection token of the loaded scripts. */
export const SCRIPTS = Symbol('SCRIPTS');
/** Injection token of {@link ChatCompletions}. */
export const COMPLETIONS = Symbol('COMPLETIONS');
