/** A process of the system, as `local.json` lists it. `instance` counts from 1. */
export interface ProcessInfo {
  readonly name: string;
  readonly instance: number;
  readonly pid: number;
  readonly port: number;
  readonly url: string;
}

/** What a launch says while it goes on; with `--json` each is one line. */
export type LaunchEvent =
  /** A long step begins, ends, or has something to say meanwhile. */
  | {
      readonly type: 'step';
      readonly step: string;
      readonly state: 'start' | 'progress' | 'done';
      readonly text: string;
      readonly seconds?: number;
    }
  /** A choice or a surprise that a person should know of. */
  | { readonly type: 'note'; readonly text: string }
  | {
      readonly type: 'process';
      readonly name: string;
      readonly instance: number;
      readonly state: 'started' | 'ready';
      readonly pid: number;
      readonly port: number;
      readonly url: string;
      readonly seconds: number;
    }
  | {
      readonly type: 'exit';
      readonly name: string;
      readonly instance: number;
      readonly pid: number;
      readonly how: string;
      readonly restartInSeconds: number;
    }
  /** One line that a process printed. */
  | { readonly type: 'log'; readonly name: string; readonly instance: number; readonly line: string }
  | { readonly type: 'ready'; readonly url: string; readonly seconds: number }
  | { readonly type: 'stopping'; readonly text: string }
  | { readonly type: 'stopped'; readonly seconds: number }
  | { readonly type: 'error'; readonly message: string };

/** Gets the events of a launch. */
export type Report = (event: LaunchEvent) => void;

/** A fault that the person can mend: the message is all they need, without a stack. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}
