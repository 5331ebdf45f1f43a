/** Something wrong in a workflow's files. Lines and columns count from 1. */
export interface WorkflowFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for a person: `file:line:column message`. */
export function formatFault({ file, line, column, message }: WorkflowFault): string {
  return `${file}:${line}:${column} ${message}`;
}

/** Everything that is wrong in the workflows of a folder, in one error. */
export class WorkflowFaultsError extends Error {
  override readonly name = 'WorkflowFaultsError';
  /** All of them, in the order of files and lines. */
  readonly faults: readonly WorkflowFault[];

  /** @param faults - at least one */
  constructor(faults: readonly WorkflowFault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super(`${count} in the workflows:\n${faults.map((fault) => `  ${formatFault(fault)}`).join('\n')}`);
    this.faults = faults;
  }
}
