import { describe, expect, it } from '@jest/globals';
import { newChatPath, PATHS, pathOf, placeOf } from './navigate.ts';

const ID = 'chat-0000-0000-0001';

describe('the address', () => {
  it('says which place is shown, with or without a slash at its end', () => {
    expect(placeOf('/')).toEqual({ kind: 'new' });
    expect(placeOf(pathOf(ID))).toEqual({ kind: 'chat', chatId: ID });
    expect(placeOf(`${pathOf(ID)}/`)).toEqual({ kind: 'chat', chatId: ID });
    expect(placeOf(`/s/${ID}`)).toEqual({ kind: 'shared', shareId: ID });
    for (const [name, path] of Object.entries(PATHS)) {
      expect(placeOf(path)).toEqual({ kind: name });
      expect(placeOf(`${path}/`)).toEqual({ kind: name });
    }
  });

  it('leads nowhere when it is none of the app', () => {
    for (const path of ['/c/short', '/c', '/s/', `/c/${ID}/more`, '/settings/more', '/constructor', '//'])
      expect(placeOf(path)).toEqual({ kind: path === '//' ? 'new' : 'other' });
  });

  it('can ask for a workflow by any name', () => {
    expect(new URL(newChatPath('a&b c'), 'http://x').searchParams.get('workflow')).toBe('a&b c');
  });
});
