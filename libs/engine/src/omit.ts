/** A value without one field: a copy when it has it. */
export function omit<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  if (!Object.hasOwn(value, key)) return value;
  const { [key]: _left, ...rest } = value;
  return rest;
}
