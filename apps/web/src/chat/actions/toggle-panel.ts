/** Which part of the panel comes when none was asked for. */
const FIRST = 'agents';

/** Opens the panel of the run beside the chat, or closes it; the address says which, so that it can be linked to. */
export function togglePanel(): void {
  const url = new URL(window.location.href);
  const open = url.searchParams.has('panel');
  url.searchParams.delete('run');
  if (open) url.searchParams.delete('panel');
  else url.searchParams.set('panel', FIRST);
  window.history.pushState(null, '', `${url.pathname}${url.search}${url.hash}`);
}
