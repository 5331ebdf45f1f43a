/** English, from which the names of the words of rows come. */
export const english = {
  said: (who: string, when: string) => `${who}, ${when}`,
  inBranch: (agent: string, branch: string) => `${agent} in ${branch}`,
  writing: 'writing',
  working: (names: string, count: number) => `${names} ${count === 1 ? 'is' : 'are'} working`,
  goTo: (name: string) => `Go to what ${name} said`,
  unreadLine: 'New since you looked',
  unreadAbove: (count: number) =>
    count === 0
      ? 'New since you looked'
      : `${count === 1 ? '1 message' : `${String(count)} messages`} since you looked`,
  branchEnds: (name: string) => `${name} is done`,
  branchStopped: (name: string) => `${name} was stopped`,
  workTakenOver: 'Another worker took over; nothing is lost',
  tookSpan: (span: string) => `in ${span}`,
  tokens: (count: string) => `${count} tokens`,
  callOf: (agent: string, tool: string) => `${agent} calls ${tool}`,
} as const;
