/** The words of what agents write in Markdown. */
export const english = {
  image: (alt: string) => (alt === '' ? 'Image (not shown)' : `Image (not shown): ${alt}`),
  code: 'Code',
  codeIn: (language: string) => (language === '' ? 'Code' : `Code: ${language}`),
  table: 'Table',
  taskDone: 'Done:',
  taskOpen: 'To do:',
  linkTitle: 'Open this link?',
  linkHint: 'An agent wrote it. It leads away from this chat, to:',
  linkOpen: 'Open link',
  linkStay: 'Stay here',
};
