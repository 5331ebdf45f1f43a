import type { DetailWords } from './detail-words.ts';

/** German. */
export const words: DetailWords = {
  structured: 'Strukturierte Antwort',
  nothing: 'nichts',
  yes: 'ja',
  no: 'nein',
  parts: (count) => (count === 1 ? '1 Teil' : `${String(count)} Teile`),
  showMore: (count) => `Noch ${String(count)} zeigen`,
  showAll: (chars) => `Alle ${String(chars)} Zeichen zeigen`,
  argumentsSoFar: 'Argumente bisher',
  code: (code) => `Code: ${code}`,
  hints: {
    tool_timeout: 'Das Werkzeug hat zu lange gebraucht. Der Agent weiß es; weniger auf einmal zu verlangen hilft oft.',
    invalid_arguments: 'Der Agent hat es falsch aufgerufen. Er weiß, warum, und kann es noch einmal versuchen.',
    unknown_tool: 'Der Agent hat ein Werkzeug aufgerufen, das er nicht hat. Er weiß nun, welche es gibt.',
    result_too_large: 'Das Ergebnis war zu lang. Verlange einen kleineren Teil davon.',
    interrupted:
      'Niemand weiß, ob es ausgeführt wurde. Sieh nach, ob es gewirkt hat, bevor du es noch einmal verlangst.',
    declined: 'Es wurde nicht ausgeführt. Sag, was du stattdessen möchtest.',
    child_failed: 'Ein Teil der Arbeit ist gescheitert. Seine letzten Zeilen darüber sagen, warum.',
    too_deep: 'Teile der Arbeit dürfen nicht noch weiter geteilt werden.',
    tool_failed: 'Der Agent weiß es und macht ohne weiter. Mit einer Nachricht wird es noch einmal versucht.',
  },
  files: 'Angehängte Dateien',
  download: (name) => `${name} herunterladen`,
  openImage: (name) => `Bild ${name} öffnen`,
  imageGone: 'Bild nicht verfügbar',
};
