/** One of the items; the same seed gives the same one, and seeds that differ little give unrelated ones. */
export function seededChoice<T>(items: readonly T[], seed: string): T | undefined {
  return items.length === 0 ? undefined : items[hash32(seed) % items.length];
}

/** FNV-1a, with the finish of MurmurHash 3, so that every bit of the seed moves every bit of the result. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
