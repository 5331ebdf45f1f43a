/** Re-expresses AG2's test_agent_mentions and test_speaker_selection_agent_name_match. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mentionedNames } from './mentioned-names.ts';

const names = ['alice', 'bob', 'sam', 'ali', 'Story_writer', 'story-teller'];

describe('the names that a text mentions', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['alice', ['alice']],
    ['It should be alice.', ['alice']],
    ['"bob"', ['bob']],
    ['alice, then bob and alice', ['alice', 'bob']],
    ['bob or alice', ['alice', 'bob']],
    ['Alice', []],
    ['samantha and malice', []],
    ['sam_1', []],
    ['ali', ['ali']],
    ['alice is not the other one', ['alice']],
    ['Story_writer', ['Story_writer']],
    ['Story writer speaks', ['Story_writer']],
    [String.raw`Story\_writer`, ['Story_writer']],
    ['story_writer', []],
    ['story-teller', ['story-teller']],
    ['söm sam', ['sam']],
  ])('of "%s" are %j', (text, wanted) => {
    expect(mentionedNames(text, names)).toEqual(wanted);
  });

  it('a name that is a part of a longer one is not mentioned by it', () => {
    expect(mentionedNames('a-b', ['a', 'b', 'a-b'])).toEqual(['a-b']);
    expect(mentionedNames('a-b and a', ['a', 'b', 'a-b'])).toEqual(['a', 'a-b']);
    expect(mentionedNames('team lead', ['lead', 'team_lead'])).toEqual(['team_lead']);
  });

  it('are always among the names, each once, and a name alone mentions itself', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), fc.string(), (list, text) => {
        const found = mentionedNames(text, list);
        expect(list.filter((one) => found.includes(one))).toEqual(found);
        expect(mentionedNames(list[0] ?? '', list)).toEqual([list[0]]);
      }),
    );
  });
});
