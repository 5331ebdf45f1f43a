import type { RowWords } from './row-words.ts';

/** German. */
export const words: RowWords = {
  said: (who, when) => `${who}, ${when}`,
  inBranch: (agent, branch) => `${agent} in ${branch}`,
  writing: 'schreibt',
  working: (names, count) => `${names} ${count === 1 ? 'arbeitet' : 'arbeiten'}`,
  goTo: (name) => `Zu dem, was ${name} gesagt hat`,
  unreadLine: 'Neu, seit du zuletzt hier warst',
  unreadAbove: (count) => {
    if (count === 0) return 'Neu, seit du zuletzt hier warst';
    return `${count === 1 ? '1 neue Nachricht' : `${String(count)} neue Nachrichten`}, seit du zuletzt hier warst`;
  },
  branchEnds: (name) => `${name} ist fertig`,
  branchStopped: (name) => `${name} wurde angehalten`,
  workTakenOver: 'Ein anderer Prozess hat übernommen; nichts ist verloren',
  tookSpan: (span) => `in ${span}`,
  tokens: (count) => `${count} Token`,
  callOf: (agent, tool) => `${agent} ruft ${tool} auf`,
};
