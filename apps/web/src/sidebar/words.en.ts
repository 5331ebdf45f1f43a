/** The words of the list of chats in English. */
export const english = {
  filters: { all: 'All', running: 'Running', needsYou: 'Needs you', unread: 'Unread' },
  filterLabel: 'Show only',
  groups: { today: 'Today', yesterday: 'Yesterday', week: 'Previous 7 days' },
  failed: 'The last run failed',
  cancelled: 'The last run was stopped',
  shared: 'Shared by link',
  unread: (count: number) => (count === 1 ? '1 new message' : `${count > 99 ? '99+' : String(count)} new messages`),
  none: {
    all: 'No chats yet. Start one: it will be listed here.',
    running: 'Nothing is running.',
    needsYou: 'Nothing waits for you.',
    unread: 'You have seen everything.',
  },
  nothingFound: (q: string) => `No chat has “${q}” in its title or its last message.`,
  clear: 'Clear the search',
  found: (count: number, more: boolean) =>
    count === 0
      ? 'No chat found'
      : count === 1 && !more
        ? '1 chat found'
        : `${String(count)}${more ? ' or more' : ''} chats found`,
  updateFailed: 'The next chats cannot be loaded.',
  share: 'Share …',
  exportMarkdown: 'Export as Markdown',
  exportJson: 'Export as JSON',
  copyMarkdown: 'Copy as Markdown',
  copied: 'The chat is in the clipboard.',
  exportFailed: 'The chat cannot be exported.',
  deleteTitle: 'Delete this chat?',
  deleteHint: (title: string) => `“${title}” goes with all that was said in it. For ten minutes you can undo this.`,
  cancel: 'Cancel',
  undoDelete: (title: string) => `Bring back “${title}”`,
  undoHint: 'Ctrl+Z brings it back.',
  restored: (title: string) => `“${title}” is back.`,
  keys: 'Arrow keys go through the chats, Enter opens, F2 renames, Delete deletes.',
  inboxCount: (count: number) => (count === 1 ? '1 question waits for you' : `${String(count)} questions wait for you`),
};
