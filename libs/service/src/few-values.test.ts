import { describe, expect, it } from '@jest/globals';
import { fewValues } from './few-values.ts';

describe('values of a label', () => {
  it('stay few, whatever comes from outside', () => {
    const label = fewValues(2);
    expect(['a', 'b', 'c', 'a', 'd', 'b'].map(label)).toEqual(['a', 'b', 'other', 'a', 'other', 'b']);
  });
});
