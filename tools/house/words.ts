/** Holds sources and documents to the house's words: what has a name here is not called by a second one. */

/** Words that are never used, in any spelling or compound, and what is said instead. */
const NEVER: Readonly<Record<string, string>> = {
  conversation: 'chat',
  thread: 'chat',
  session: 'chat, run, token or client, whichever is meant',
  topic: 'subject, or what the text is about',
};

/** Where such a word is somebody else's name, or is itself spoken of. */
const FOREIGN: readonly { readonly phrase: string; readonly why: string }[] = [
  { phrase: 'sessionStorage', why: 'a name of the web platform' },
  { phrase: 'worker_threads', why: 'a module of Node.js' },
  { phrase: 'mcp-session-id', why: 'a header of the Model Context Protocol' },
  { phrase: 'sessionIdGenerator', why: 'an option of the SDK of the Model Context Protocol' },
  { phrase: 'onsessioninitialized', why: 'an option of the SDK of the Model Context Protocol' },
  { phrase: 'terminateSession', why: 'a method of the SDK of the Model Context Protocol' },
  { phrase: 'CDPSession', why: 'a type and the end of method names of Playwright' },
  { phrase: 'thread_id', why: 'an option of LangGraph' },
  { phrase: '/threads', why: 'a path of the LangGraph server' },
  { phrase: 'sessionId: this', why: 'what Chainlit is told when a socket connects' },
  { phrase: 'conversation, thread, session or topic', why: 'CONTRIBUTING.md says which words are never used' },
];

/** The files that must write the words to refuse them. */
const ABOUT_THEM = new Set(['tools/house/words.ts', 'tools/house/words.test.ts']);

/** Every use of a word that the house does not use, as `file:line what to do`. */
export function strayWords(file: string, text: string): string[] {
  if (ABOUT_THEM.has(file)) return [];
  return text.split('\n').flatMap((line, at) => {
    const ours = FOREIGN.reduce((left, { phrase }) => left.replaceAll(phrase, ''), line).toLowerCase();
    return Object.entries(NEVER)
      .filter(([word]) => ours.includes(word))
      .map(([word, instead]) => `${file}:${at + 1} "${word}" is not a word of this house: say ${instead}`);
  });
}
