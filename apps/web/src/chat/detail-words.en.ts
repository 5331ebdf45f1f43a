/** English, from which the names of the words of details come. */
export const english = {
  structured: 'Structured answer',
  nothing: 'nothing',
  yes: 'yes',
  no: 'no',
  parts: (count: number) => (count === 1 ? '1 part' : `${String(count)} parts`),
  showMore: (count: number) => `Show ${String(count)} more`,
  showAll: (chars: number) => `Show all ${String(chars)} characters`,
  argumentsSoFar: 'Arguments so far',
  code: (code: string) => `Code: ${code}`,
  /** What can be done about an error, by its code. */
  hints: {
    tool_timeout: 'The tool took too long. The agent was told; asking for less at once often helps.',
    invalid_arguments: 'The agent called it in a way it does not take. It was told why, and can try again.',
    unknown_tool: 'The agent called a tool that it does not have. It was told which ones there are.',
    result_too_large: 'The answer was too long to use. Ask for a smaller part of it.',
    interrupted:
      'Nobody knows whether it was carried out. Look at the place where it takes effect before you ask for it again.',
    declined: 'It was not carried out. Say what you want instead.',
    child_failed: 'A part of the work failed. Its last lines above say why.',
    too_deep: 'Parts of the work may not be parted any further.',
    tool_failed: 'The agent was told and goes on without it. Send a message to have it tried again.',
  },
  files: 'Attached files',
  download: (name: string) => `Download ${name}`,
  openImage: (name: string) => `Open image ${name}`,
  imageGone: 'Image not available',
} as const;
