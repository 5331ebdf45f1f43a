const TYPES = { json: 'application/json', md: 'text/markdown;charset=utf-8' } as const;

/** Saves a text as a file, as a link with `download` does. */
export function downloadText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: name.endsWith('.json') ? TYPES.json : TYPES.md }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the blob by then; it need not be kept for as long as the page lives.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** A name that every file system takes, made of the chat's title or what it ends with. */
export function fileNameOf(
  { title, lastText }: { readonly title: string; readonly lastText: string },
  format: 'json' | 'md',
): string {
  const words = (title === '' ? lastText : title)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return `${words === '' ? 'chat' : words}.${format}`;
}
