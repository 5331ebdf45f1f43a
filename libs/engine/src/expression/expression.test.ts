import { describe, expect, it } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import type { Parsed, Scope } from './expression-node.ts';
import { evaluate, holds, truth } from './evaluate-expression.ts';
import { parseExpression, variablesOf } from './parse-expression.ts';

const variables = {
  name: 'Ada',
  count: 3,
  zero: 0,
  yes: true,
  no: false,
  empty: '',
  none: null,
  list: ['a', 'b', 2],
  order: { items: ['x', 'y'], total: 12.5, 'odd key': 1 },
  'odd name': 7,
};

function parsed(text: string): Parsed {
  const result = parseExpression(text);
  if ('fault' in result) throw new Error(`${text}: ${result.fault.message}`);
  return result;
}

const value = (text: string, scope: Scope = { variables }): Json => evaluate(parsed(text), scope);

function faultOf(text: string) {
  const result = parseExpression(text);
  return 'fault' in result ? result.fault : undefined;
}

describe('what an expression comes to', () => {
  it.each<[string, Json]>([
    ['1', 1],
    ['1.5e2', 150],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`"a\n\u0041\\"`, 'a\nA\\'],
    ['true', true],
    ['True', true],
    ['False', false],
    ['null', null],
    ['None', null],
    ['[1, "a", [count]]', [1, 'a', [3]]],
    ['[]', []],
    ['name', 'Ada'],
    ['${name}', 'Ada'],
    ['${ name }', 'Ada'],
    ['${odd name}', 7],
    ['order.items', ['x', 'y']],
    ['${order.items}', ['x', 'y']],
    ['order.items[0]', 'x'],
    ['order.items[-1]', 'y'],
    ["order['odd key']", 1],
    ['order[name]', null],
    ['order.items.more', null],
    ['len(list)', 3],
    ['len(name)', 3],
    ['len("😀")', 1],
    ['len(order)', 3],
    ['len(${missing})', 0],
    ['len(count)', 0],
  ])('%s is %j', (text, wanted) => {
    expect(value(text)).toEqual(wanted);
  });

  it.each<[string, Json]>([
    ['yes and not no', true],
    ['yes & !no', true],
    ['yes && no', false],
    ['no | yes', true],
    ['no || no', false],
    ['no or yes and no', false],
    ['(no or yes) and yes', true],
    ['not count == 4', true],
    ['!${count} == 4', true],
    ['name or "nobody"', 'Ada'],
    ['empty or "nobody"', 'nobody'],
    ['count > 2', true],
    ['count >= 3 and count <= 3', true],
    ['count != 3', false],
    ['name == "Ada"', true],
    ['name < "B"', true],
    ['list == ["a", "b", 2]', true],
    ['"a" in list', true],
    ['2 in list', true],
    ['"d" in name', true],
    ['"total" in order', true],
    ['"c" not in list', true],
    ['not "a" in list', false],
  ])('joins and compares: %s is %j', (text, wanted) => {
    expect(value(text)).toEqual(wanted);
  });

  it.each<[string, Json]>([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['10 - 3 - 2', 5],
    ['-count + 1', -2],
    ['--count', 3],
    ['7 % 4', 3],
    ['missing + 1', 1],
    ['name + "!"', 'Ada!'],
    ['"n" + count', 'n3'],
    ['list + ["c"]', ['a', 'b', 2, 'c']],
    ['missing + ["c"]', ['c']],
    ['1 / 0', null],
    ['-zero', 0],
    ['yes + 1', null],
    ['order + 1', null],
    ['order + "x"', null],
    ['list + 1', null],
  ])('calculates: %s is %j', (text, wanted) => {
    expect(value(text)).toEqual(wanted);
    expect(Object.is(value(text), -0)).toBe(false);
  });

  it('[M] a variable that is not there is null, also behind a short circuit, and kills nothing', () => {
    for (const text of ['missing', 'no and missing', 'missing.deep.er', 'missing[0]', 'missing and missing.x > 1']) {
      expect(truth(parsed(text), { variables })).toBe(false);
    }
    expect(value('missing == null')).toBe(true);
    expect(value('yes or missing > 1')).toBe(true);
  });

  it('a comparison of unlike values is false; only "not equal" is true', () => {
    for (const operator of ['==', '<', '<=', '>', '>=']) expect(value(`name ${operator} 3`)).toBe(false);
    expect(value('name != 3')).toBe(true);
    expect(value('yes == 1')).toBe(false);
    expect(value('list > 1')).toBe(false);
    expect(value('missing < 1')).toBe(false);
    expect(value('1 in 1')).toBe(false);
    expect(value('1 in name')).toBe(false);
  });

  it('[M] lists and objects count as something when there is something in them', () => {
    for (const text of ['list', 'order', 'count', 'name', 'yes', '[0]'])
      expect(truth(parsed(text), { variables })).toBe(true);
    for (const text of ['[]', 'zero', 'empty', 'none', 'no']) expect(truth(parsed(text), { variables })).toBe(false);
    expect(truth(parsed('x'), { variables: { x: {} } })).toBe(false);
  });

  it('X3: nothing but a value`s own entries can be seen', () => {
    for (const text of [
      'constructor',
      '__proto__',
      'toString',
      'order.constructor',
      'list.length',
      'list["length"]',
      'name.length',
    ])
      expect(value(text)).toBe(null);
    expect(value('"constructor" in order')).toBe(false);
    expect(value('list["0"]')).toBe(null);
  });

  it('[M] text that looks like code is only text', () => {
    const evil = `' or True or '`;
    expect(value('x == "a"', { variables: { x: evil } })).toBe(false);
    expect(value('x', { variables: { x: '__import__("os")' } })).toBe('__import__("os")');
  });

  it('knows the arguments of a call as args, where there is one', () => {
    const scope = { variables: { limit: 100, args: 'mine' }, args: { amount: 250 } };
    expect(value('args.amount > limit', scope)).toBe(true);
    expect(value('args', { variables: scope.variables })).toBe('mine');
  });

  it('does not let a text or a list that grows by itself fill a process', () => {
    let x: Json = 'abc';
    for (let turn = 0; turn < 60; turn++) x = value('x + x', { variables: { x } });
    expect(JSON.stringify(x).length).toBeLessThan(200_010);
    let list: Json = ['abc'];
    for (let turn = 0; turn < 60; turn++) list = value('[x, x]', { variables: { x: list } });
    expect(JSON.stringify(list).length).toBeLessThan(200_010);
  });

  it('holds when there is no condition, and never when it is none', () => {
    expect(holds(undefined, { variables })).toBe(true);
    expect(holds('count == 3', { variables })).toBe(true);
    expect(holds('count ==', { variables })).toBe(false);
  });
});

describe('what is no expression', () => {
  it.each<[string, number, RegExp]>([
    ['', 0, /a value/],
    ['  ', 2, /a value/],
    ['a ==', 4, /a value/],
    ['a = 1', 2, /==/],
    ['(a', 2, /"\)"/],
    ['a b', 2, /the end/],
    ['1 < a < 3', 6, /two values at a time/],
    ['a == 1 not in b', 7, /two values at a time/],
    ["'open", 0, /closing quote/],
    ['a and ${x', 6, /"}"/],
    ['${}', 0, /names nothing/],
    ['exec(a)', 0, /only function/],
    ['a.1', 2, /name after the dot/],
    ['a and and', 6, /a value/],
    ['1abc', 0, /no meaning/],
    ['a; b', 1, /no meaning/],
    ['😀', 0, /😀/],
    ['1e999', 0, /too large/],
    ['[1 2]', 3, /","/],
    ['lambda: 1', 6, /no meaning/],
  ])('%s: at %d', (text, position, message) => {
    expect(faultOf(text)?.position).toBe(position);
    expect(faultOf(text)?.message).toMatch(message);
  });

  it('is what is too long or too deep', () => {
    expect(faultOf('a or '.repeat(400) + 'a')?.message).toMatch(/2000/);
    for (const deep of [
      '('.repeat(60) + '1' + ')'.repeat(60),
      '-'.repeat(60) + '1',
      '!'.repeat(60) + 'a',
      '['.repeat(60),
    ])
      expect(faultOf(deep)?.message).toMatch(/deeply/);
    expect(value('1+'.repeat(999) + '1')).toBe(1000);
  });
});

describe('the names in an expression', () => {
  it('are each said once, the first part of a path only', () => {
    expect(variablesOf(parsed('a.b > ${c} and len(a) in [d, "e"] or not args.x[-f]'))).toEqual([
      'a',
      'c',
      'd',
      'args',
      'f',
    ]);
    expect(variablesOf(parsed('true and None == 1'))).toEqual([]);
  });
});
