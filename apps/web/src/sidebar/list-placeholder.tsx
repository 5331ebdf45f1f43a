/** Where the chats will be. */
export function ListPlaceholder() {
  return (
    <div aria-hidden className="flex min-h-0 flex-1 flex-col gap-4 px-4 pt-3">
      {[70, 52, 64, 40, 58].map((width) => (
        <div key={width} className="h-4 animate-pulse rounded bg-hover" style={{ width: `${String(width)}%` }} />
      ))}
    </div>
  );
}
