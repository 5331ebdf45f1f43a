/** Loads the page again. What is written stays: drafts and messages that wait are kept by the browser. */
export function reload(): void {
  window.location.reload();
}
