/** What people asked for and what they were answered. */

/** Kinds of commands that people send. */
export type SentKind = 'create' | 'message' | 'input' | 'cancel' | 'rename' | 'pin';

/** One command, however often it was sent. */
export interface SentCommand {
  readonly chatId: string;
  /** Who sent it: order is promised for each sender. */
  readonly sender: string;
  readonly kind: SentKind;
  readonly key: string;
  /** When it was sent first, in ms of a monotonic clock. */
  readonly sentAt: number;
  /** When its first 2xx came; undefined while there is none. */
  acceptedAt: number | undefined;
  /** The same in ms since the epoch. */
  acceptedWall: number | undefined;
  /** Every commandId that was answered: one key must give one id. */
  readonly commandIds: Set<string>;
  /** Answers by what they were: a status, or the kind of failure. */
  readonly answers: string[];
  /** A final refusal. */
  refused: string | undefined;
}

/** All commands of a run. */
export class Ledger {
  readonly commands: SentCommand[] = [];

  open(command: Pick<SentCommand, 'chatId' | 'sender' | 'kind' | 'key'>, sentAt: number): SentCommand {
    const sent: SentCommand = {
      ...command,
      sentAt,
      acceptedAt: undefined,
      acceptedWall: undefined,
      commandIds: new Set(),
      answers: [],
      refused: undefined,
    };
    this.commands.push(sent);
    return sent;
  }

  /** Commands of one chat, in the order in which they were sent first. */
  of(chatId: string): readonly SentCommand[] {
    return this.commands.filter((command) => command.chatId === chatId);
  }

  get accepted(): readonly SentCommand[] {
    return this.commands.filter(({ acceptedAt }) => acceptedAt !== undefined);
  }
}

/** Takes down one answer. */
export function noteAccepted(sent: SentCommand, commandId: string, now: { mono: number; wall: number }): void {
  sent.commandIds.add(commandId);
  sent.acceptedAt ??= now.mono;
  sent.acceptedWall ??= now.wall;
}

const SLOWEST_SHOWN = 3;

/**
 * The accepted commands that waited longest for their first 2xx, each with what came before it.
 * @param began - when the run began, in ms of the monotonic clock
 */
export function slowestOf(accepted: readonly SentCommand[], began: number): string[] {
  return accepted
    .map((sent) => ({ sent, ms: (sent.acceptedAt ?? sent.sentAt) - sent.sentAt }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST_SHOWN)
    .map(({ sent: { kind, sentAt, answers }, ms }) => {
      const at = ((sentAt - began) / 1000).toFixed(1);
      return `${kind} of ${at} s waited ${(ms / 1000).toFixed(1)} s: ${inRows(answers)}`;
    });
}

/** What came several times in a row is said once. */
function inRows(answers: readonly string[]): string {
  const rows: { readonly answer: string; times: number }[] = [];
  for (const answer of answers) {
    const last = rows.at(-1);
    if (last?.answer === answer) last.times += 1;
    else rows.push({ answer, times: 1 });
  }
  return rows.map(({ answer, times }) => (times === 1 ? answer : `${times} × ${answer}`)).join(', ');
}
