import { describe, expect, it } from '@jest/globals';
import type { ChatPage, ChatRow } from '@colloquy/contracts';
import fc from 'fast-check';
import { uniqueRows, withoutRow, withRow } from './chat-rows.ts';

const row = (name: string, minute: number, more: Partial<ChatRow> = {}): ChatRow => ({
  chatId: `chat-0000-0000-${name}`,
  title: name,
  workflow: 'assistant',
  status: 'idle',
  pinned: false,
  pendingRequests: 0,
  lastText: '',
  costMicroUsd: 0,
  updatedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  lastSeq: minute,
  ...more,
});
const pages: ChatPage[] = [{ chats: [row('c', 9), row('b', 5)], next: 'x' }, { chats: [row('a', 1)] }];
const titles = (list: readonly ChatPage[]): string[][] => list.map(({ chats }) => chats.map(({ title }) => title));

describe('rows of the sidebar', () => {
  it('come up when something happened in their chat, from whichever page', () => {
    expect(titles(withRow(pages, row('a', 20), 'belongs'))).toEqual([['a', 'c', 'b'], []]);
  });

  it('stay where they are when they were only renamed or pinned', () => {
    const renamed = row('b', 5, { title: 'B!', lastSeq: 6 });
    expect(titles(withRow(pages, renamed, 'belongs'))).toEqual([['c', 'B!'], ['a']]);
  });

  it('are not undone by an older one', () => {
    expect(titles(withRow(pages, row('c', 4, { title: 'old' }), 'belongs'))).toEqual(titles(pages));
    expect(titles(withRow(pages, row('c', 4, { deleted: true }), 'belongs'))).toEqual(titles(pages));
  });

  it('are added when they belong, but not to what was searched for otherwise', () => {
    expect(titles(withRow(pages, row('d', 30), 'belongs'))[0]).toEqual(['d', 'c', 'b']);
    expect(titles(withRow(pages, row('d', 30), 'stays'))).toEqual(titles(pages));
    expect(titles(withRow(pages, row('c', 30), 'goes'))).toEqual([['b'], ['a']]);
  });

  it('are left to their page when that is not loaded yet', () => {
    const open: ChatPage[] = [{ chats: [row('c', 9)], next: 'x' }];
    expect(titles(withRow(open, row('a', 1), 'belongs'))).toEqual([['c']]);
  });

  it('go when their chat is deleted', () => {
    expect(titles(withRow(pages, row('b', 40, { deleted: true }), 'belongs'))).toEqual([['c'], ['a']]);
    expect(titles(withoutRow(pages, row('a', 1).chatId))).toEqual([['c', 'b'], []]);
  });

  it('are shown once, as they are now, in order', () => {
    expect(uniqueRows([row('a', 1), row('b', 2), row('a', 3)]).map(({ title }) => title)).toEqual(['a', 'b']);
  });

  it('are all there once, in the server’s order, however the list moves while its pages are read', () => {
    const change = (kind: 'touch' | 'rename' | 'delete') =>
      fc.record({ kind: fc.constant(kind), chat: fc.nat(19), late: fc.boolean() });
    const page = fc.record({ kind: fc.constant('page' as const) });
    const step = fc.oneof(change('touch'), change('rename'), change('delete'), page);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        world.read();
        for (const one of steps) {
          if (one.kind === 'page') world.read();
          else world.change(one);
        }
        world.hearAll();
        while (world.more) world.read();
        expect(uniqueRows(world.list.flatMap(({ chats }) => chats))).toEqual(world.listed());
      }),
    );
  });
});

/** A server whose list moves, while a client reads it page by page and hears of what changes, some of it late. */
class World {
  list: ChatPage[] = [];
  #clock = 100;
  #late: ChatRow[] = [];
  readonly #chats = new Map(Array.from({ length: 20 }, (_, n) => [n, row(String(n).padStart(2, '0'), n + 1)]));

  get more(): boolean {
    return this.list.at(-1)?.next !== undefined;
  }

  listed(): ChatRow[] {
    return uniqueRows([...this.#chats.values()]);
  }

  read(): void {
    const next = this.list.at(-1)?.next;
    if (this.list.length > 0 && next === undefined) return;
    const placeOf = (one: ChatRow): string => `${one.updatedAt} ${one.chatId}`;
    const rest = this.listed().filter((one) => next === undefined || placeOf(one) < next);
    const chats = rest.slice(0, 4);
    const last = chats.at(-1);
    this.list = [...this.list, { chats, ...(rest.length > 4 && last !== undefined ? { next: placeOf(last) } : {}) }];
  }

  /** Rows of several chats may overtake each other on their way; those of one do not. */
  change({ kind, chat, late }: { kind: 'touch' | 'rename' | 'delete'; chat: number; late: boolean }): void {
    const known = this.#chats.get(chat);
    if (known === undefined) return;
    this.#clock += 1;
    const touched = row(known.title, this.#clock, { chatId: known.chatId });
    const renamed = { ...known, title: `${known.title}!`, lastSeq: this.#clock };
    const changed = kind === 'rename' ? renamed : kind === 'delete' ? { ...touched, deleted: true } : touched;
    if (kind === 'delete') this.#chats.delete(chat);
    else this.#chats.set(chat, changed);
    this.#late.push(changed);
    if (!late) this.hearAll(changed.chatId);
  }

  hearAll(chatId?: string): void {
    const isHeard = (one: ChatRow): boolean => chatId === undefined || one.chatId === chatId;
    for (const one of this.#late.filter(isHeard)) this.list = withRow(this.list, one, 'belongs');
    this.#late = this.#late.filter((one) => !isHeard(one));
  }
}
