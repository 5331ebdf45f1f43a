/**
 * A list that is cheap to copy: a tree of nodes of 64. Adding or changing an item copies one node a level, and all others
 * are shared by all versions. So what a batch costs does not grow with the history: 260 000 items are three levels.
 */
const BITS = 6;
const WIDTH = 1 << BITS;

/** Items in the lowest level, nodes above it. */
type Node<T> = readonly (T | Node<T>)[];

/** An immutable list with structural sharing. */
export class SharedList<T> implements Iterable<T> {
  /** How many items it holds. */
  readonly length: number;
  readonly #root: Node<T>;
  /** How far an index is shifted at the root. */
  readonly #shift: number;

  private constructor(root: Node<T>, shift: number, length: number) {
    this.#root = root;
    this.#shift = shift;
    this.length = length;
  }

  /** The list of these items. */
  static of<T>(items: readonly T[] = []): SharedList<T> {
    return items.reduce<SharedList<T>>((list, item) => list.push(item), new SharedList<T>([], 0, 0));
  }

  /** The newest item, or undefined of an empty list. */
  get last(): T | undefined {
    return this.at(this.length - 1);
  }

  /** The item at `index`, or undefined before the beginning and beyond the end. */
  at(index: number): T | undefined {
    return index >= 0 && index < this.length ? this.#leaf(index)[index % WIDTH] : undefined;
  }

  /** The items from `start` on. */
  from(start: number): T[] {
    const items: T[] = [];
    for (let index = start; index < this.length; index = (Math.floor(index / WIDTH) + 1) * WIDTH)
      items.push(...this.#leaf(index).slice(index % WIDTH));
    return items;
  }

  /** This list and one more item. */
  push(item: T): SharedList<T> {
    const full = this.length === WIDTH << this.#shift;
    const shift = full ? this.#shift + BITS : this.#shift;
    return new SharedList(
      put(full ? [this.#root] : this.#root, shift, { at: this.length, item }),
      shift,
      this.length + 1,
    );
  }

  /** This list with another item at `index`; the same list when it is there already, or when there is no such place. */
  with(index: number, item: T): SharedList<T> {
    if (index < 0 || index >= this.length || this.at(index) === item) return this;
    return new SharedList(put(this.#root, this.#shift, { at: index, item }), this.#shift, this.length);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = 0; index < this.length; index += WIDTH) yield* this.#leaf(index);
  }

  /** The node that holds the item at `index`. */
  #leaf(index: number): readonly T[] {
    let node = this.#root;
    for (let shift = this.#shift; shift > 0; shift -= BITS) node = node[(index >> shift) % WIDTH] as Node<T>;
    return node as readonly T[];
  }
}

/** A copy of a node with an item at its place. */
function put<T>(node: Node<T>, shift: number, what: { readonly at: number; readonly item: T }): Node<T> {
  const place = (what.at >> shift) % WIDTH;
  const copy = [...node];
  copy[place] = shift === 0 ? what.item : put((node[place] ?? []) as Node<T>, shift - BITS, what);
  return copy;
}
