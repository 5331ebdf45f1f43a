/** The words around the field for messages, in English. */
export const english = {
  whileRunning: {
    queue: 'Sent now, taken up when this run is done.',
    interrupt: 'Sending this stops the run and answers this instead.',
    steer: 'The agents hear this at their next step.',
    reject: 'This team takes no messages while it works.',
  },
  whileWaiting: 'Your message is taken up after the answer above.',
  stopAndSend: 'Stop and send',
  sendsWhenStopped: 'Sends when the run has stopped …',
  sendsWhenUploaded: (count: number) =>
    count === 1 ? 'Sends when the file is uploaded …' : `Sends when ${String(count)} files are uploaded …`,
  notYet: 'Do not send yet',
  fileFailed: 'A file is not uploaded: try it again, or remove it.',
  pasted: (count: string) => `That is long (${count} characters).`,
  attachPasted: 'Attach as file',
  keepPasted: 'Keep as text',
  pastedName: 'pasted.txt',
  counter: (count: string, limit: string) => `${count} of ${limit} characters`,
  needsInput: (agent: string) => `${agent} needs your input.`,
  someoneNeedsInput: 'Your input is needed.',
  goToQuestion: 'Go to the question',
};
