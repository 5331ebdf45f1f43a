/** What a tab shows of the questions that wait: a number before its title and on its icon. */

/** A title with the number in front; without one when nothing waits. */
export function titleWithCount(title: string, count: number): string {
  const bare = title.replace(/^\(\d+\+?\) /, '');
  return count === 0 ? bare : `(${short(count)}) ${bare}`;
}

/** The app's icon with a badge, as a data URI. */
export function iconWithCount(count: number): string {
  const text = count > 9 ? '9+' : String(count);
  const svg = [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
    '<rect width="32" height="32" rx="8" fill="#3c4fb0"/>',
    '<path d="M6 9a3 3 0 0 1 3-3h8a3 3 0 0 1 3 3v4a3 3 0 0 1-3 3h-5l-4 3v-3.2A3 3 0 0 1 6 13z" fill="#fff"/>',
    '<circle cx="21.5" cy="21.5" r="10" fill="#b42318" stroke="#fff" stroke-width="1.5"/>',
    `<text x="21.5" y="26" font-family="system-ui,sans-serif" font-size="${text.length > 1 ? '11' : '14'}" `,
    `font-weight="700" text-anchor="middle" fill="#fff">${text}</text></svg>`,
  ].join('');
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function short(count: number): string {
  return count > 99 ? '99+' : String(count);
}
