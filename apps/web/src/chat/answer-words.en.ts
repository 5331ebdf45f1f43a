/** The words of questions in English. */

type Limit = number | string;
const many = (count: Limit, one: string, more: string): string =>
  `${String(count)} ${Number(count) === 1 ? one : more}`;

export const english = {
  optional: 'optional',
  chooseSome: 'Choose any',
  nothingChosen: 'Not chosen',
  jsonHint: 'As JSON',
  sendAnswer: 'Answer',
  commentPlaceholder: 'Add a comment (optional)',
  forThisRun: 'Approving allows this tool for the rest of this run.',
  leftSeconds: (count: number) => (count === 1 ? '1 second left' : `${String(count)} seconds left`),
  leftClock: (minutes: number, seconds: number) => `${String(minutes)}:${String(seconds).padStart(2, '0')} left`,
  leftMinutes: (count: number) => `${String(count)} minutes left`,
  leftHours: (hours: number) => (hours === 1 ? 'about 1 hour left' : `about ${String(hours)} hours left`),
  leftDays: (days: number) => `${String(days)} days left`,
  overdue: 'Time is up',
  oneMinuteLeft: 'One minute is left to answer',
  rejected: (reason: string) => `Your answer was not taken: ${reason}`,
  notSent: (reason: string) => `Your answer was not sent: ${reason}`,
  sendsLater: 'Your answer is sent when the connection is back.',
  takeBack: 'Take back',
  sending: 'Sending your answer …',
  leftover: 'What you were writing was not sent:',
  copy: 'Copy',
  copied: 'Copied',
  discard: 'Discard',
  faults: {
    required: () => 'Fill this in.',
    number: () => 'Give a number.',
    integer: () => 'Give a whole number.',
    date: () => 'Give a date.',
    json: () => 'This is no valid JSON.',
    format: (limit: Limit) => `This does not look right (${String(limit)}).`,
    pattern: (limit: Limit) => `This must match ${String(limit)}.`,
    multipleOf: (limit: Limit) => `Give a multiple of ${String(limit)}.`,
    minimum: (limit: Limit) => `At least ${String(limit)}.`,
    maximum: (limit: Limit) => `At most ${String(limit)}.`,
    exclusiveMinimum: (limit: Limit) => `More than ${String(limit)}.`,
    exclusiveMaximum: (limit: Limit) => `Less than ${String(limit)}.`,
    minLength: (limit: Limit) => `At least ${many(limit, 'character', 'characters')}.`,
    maxLength: (limit: Limit) => `At most ${many(limit, 'character', 'characters')}.`,
    minItems: (limit: Limit) => `Choose at least ${String(limit)}.`,
    maxItems: (limit: Limit) => `Choose at most ${String(limit)}.`,
  },
};
