import type { Json } from '@colloquy/contracts';

/** A JSON value for people: a small flat object as a list of its parts, text as text, the rest as JSON. */
export function JsonView({ value }: { readonly value: Json }) {
  if (isFlat(value)) {
    return (
      <div className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5">
        {Object.entries(value).map(([name, part]) => (
          <div key={name} className="contents">
            <span className="font-mono text-[0.8125rem] text-faint">{name}</span>
            <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">{String(part)}</span>
          </div>
        ))}
      </div>
    );
  }
  return (
    // A region that scrolls must be reachable by keyboard.
    <pre
      tabIndex={0}
      className="thin-scroll max-h-72 overflow-auto rounded-lg bg-hover p-3 font-mono text-[0.8125rem] leading-normal wrap-anywhere whitespace-pre-wrap"
    >
      {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
    </pre>
  );
}

const LONGEST_FLAT = 8;

function isFlat(value: Json): value is Record<string, string | number | boolean | null> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const parts = Object.values(value);
  return (
    parts.length > 0 &&
    parts.length <= LONGEST_FLAT &&
    parts.every((part) => typeof part !== 'object' && String(part).length <= 400)
  );
}
