/** The words of the inbox in English. */
export const english = {
  empty: 'Nothing waits for you',
  emptyHint: 'When an agent asks you something, it stands here, whichever chat it is in.',
  failed: 'The open questions cannot be loaded',
  count: (count: number) => (count === 1 ? '1 question' : `${String(count)} questions`),
  open: 'Open the chat',
  asks: (agent: string) => `${agent} asks`,
  asked: 'A question',
  sending: 'Sending your answer …',
  answered: 'Answered.',
  refused: (why: string) => `Your answer was not taken: ${why}`,
};
