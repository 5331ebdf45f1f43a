/** The words of attachments in English. */
/** What may be attached, in words. */
export interface LimitWords {
  readonly kinds: string;
  readonly size: string;
  readonly count: string;
}

export const english = {
  files: 'Attached files',
  text: 'text',
  limits: (kinds: string, size: string, count: number) => `${kinds}, up to ${size} each, ${String(count)} files`,
  drop: 'Drop files to attach them',
  remove: (name: string) => `Remove ${name}`,
  cancel: (name: string) => `Stop uploading ${name}`,
  retry: 'Try again',
  uploading: (name: string) => `Uploading ${name}`,
  uploaded: (name: string) => `${name} is attached`,
  removed: (name: string) => `${name} is removed`,
  failed: 'Not uploaded',
  lost: 'Not uploaded. Attach it again.',
  dismiss: 'Dismiss',
  refused: {
    type: (name: string, { kinds }: LimitWords) => `${name} is of a kind that is not taken. These are: ${kinds}.`,
    size: (name: string, { size }: LimitWords) => `${name} is too large: a file can have ${size} at most.`,
    empty: (name: string) => `${name} is empty.`,
    count: (name: string, { count }: LimitWords) => `${name} is one too many: a message can have ${count} files.`,
  },
};
