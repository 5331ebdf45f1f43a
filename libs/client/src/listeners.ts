/** Functions that want to be told something. One that throws does not keep it from the others. */
export interface Listeners<T> {
  /** Adds a listener; the function that is returned takes it away. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

/** A set of listeners; what one of them throws goes to `onError`. */
export function createListeners<T>(onError: (error: unknown) => void): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add(listener) {
      const own = (value: T): void => {
        listener(value);
      };
      all.add(own);
      return () => all.delete(own);
    },
    tell(value) {
      for (const listener of [...all]) {
        try {
          listener(value);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
