import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './parse-options.ts';

describe('parseOptions', () => {
  it('has a default for everything', () => {
    expect(parseOptions([])).toEqual({
      port: undefined,
      data: undefined,
      instances: {},
      natsNodes: 1,
      web: true,
      json: false,
    });
  });

  it('reads all options, joined by = or not', () => {
    const args = [
      '--port=8080',
      '--data',
      'x',
      '--instances',
      'orchestrator=2,persistence=3',
      '--nats-nodes',
      '3',
      '--no-web',
      '--json',
    ];
    expect(parseOptions(args)).toEqual({
      port: 8080,
      data: 'x',
      instances: { orchestrator: 2, persistence: 3 },
      natsNodes: 3,
      web: false,
      json: true,
    });
  });

  it.each([
    [['--port', 'abc'], '--port must be a number from 1 to 65535, not "abc"'],
    [['--port', '70000'], '--port must be'],
    [['--nats-nodes', '2'], '--nats-nodes must be 1 or 3, not "2"'],
    [['--instances', 'nobody=2'], '"nobody" is none of'],
    [['--instances', 'nats=2'], '"nats" is none of'],
    [['--instances', 'edge=2'], '"edge" is none of'],
    [['--instances', 'orchestrator'], 'orchestrator must have 1 to 20 instances'],
    [['--instances', 'orchestrator=0'], 'not "0"'],
    [['--data', ''], '--data needs a folder'],
    [['--nonsense'], '--nonsense'],
    [['extra'], 'extra'],
  ])('names what is wrong with %j and where help is', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
    expect(() => parseOptions(args)).toThrow('npm start -- --help');
  });
});
