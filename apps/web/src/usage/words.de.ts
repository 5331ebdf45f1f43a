/** The words of the usage page in German. */
import type { UsageWords } from './words.ts';

export const words: UsageWords = {
  ranges: { days7: '7 Tage', days30: '30 Tage', days90: '90 Tage', all: 'Alles' },
  range: 'Zeitraum',
  failed: 'Dein Verbrauch lässt sich nicht laden.',
  empty: 'In diesem Zeitraum wurde nichts verbraucht',
  emptyHint: 'Jeder Modellaufruf deiner Chats wird hier gezählt, mit seinen Kosten.',
  start: 'Neuer Chat',
  spent: 'Ausgegeben',
  tokens: 'Token',
  calls: 'Modellaufrufe',
  inOut: (input, output) => `${input} Eingabe, ${output} Ausgabe`,
  cached: (count) => `davon ${count} aus dem Cache`,
  perCall: (cost) => `${cost} pro Aufruf`,
  perDay: 'Kosten pro Tag',
  tokensPerDay: 'Token pro Tag',
  perDayNote: 'Kein Preis ist bekannt: Das sind Token.',
  dayLabel: (day, value) => `${day}: ${value}`,
  chartLabel: (days, most) => `Balken für ${days} Tage; der höchste ist ${most}. Die Tabelle sagt dasselbe.`,
  asTable: 'Als Tabelle',
  day: 'Tag',
  cost: 'Kosten',
  byModel: 'Nach Modell',
  byAgent: 'Nach Agent',
  tokensOf: (count) => `${count} Token`,
  callsOf: (count) => (count === 1 ? '1 Aufruf' : `${String(count)} Aufrufe`),
  noPrice: 'Preis unbekannt',
  atLeast: (cost) => `mindestens ${cost}`,
  unknownPrices: (calls, models) =>
    `Für ${calls === 1 ? '1 Aufruf' : `${String(calls)} Aufrufe`} (${models}) war kein Preis bekannt: Gezeigt wird, was es mindestens gekostet hat. Preise stehen in prices.yaml.`,
  estimate: 'Es gelten die Preise, die beim Aufruf eingestellt waren; maßgeblich ist die Rechnung deines Anbieters.',
};
