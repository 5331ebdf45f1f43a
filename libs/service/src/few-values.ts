const MOST = 50;

/**
 * Keeps the values of a label few: the first `most` different ones as they are, whatever comes after them as `other`.
 * For labels whose values come from outside, such as names of models and codes of errors.
 */
export function fewValues(most: number = MOST): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= most) return 'other';
    known.add(value);
    return value;
  };
}
