import { describe, expect, it } from '@jest/globals';
import { prettyLog } from './pretty-log.ts';

describe('prettyLog', () => {
  it('shows message and fields, without what every line has', () => {
    const line = { level: 30, time: 1, pid: 2, hostname: 'h', name: 'x', msg: 'run started', chatId: 'c1', n: 3 };
    expect(prettyLog(JSON.stringify(line))).toBe('run started chatId=c1 n=3');
  });

  it('marks what is not information, and shows the fault with its stack', () => {
    const line = { level: 50, msg: 'failed', err: { message: 'no', stack: 'Error: no\n    at x' } };
    expect(prettyLog(JSON.stringify(line))).toBe('ERROR failed\n    Error: no\n        at x');
    expect(prettyLog(JSON.stringify({ level: 40, msg: 'slow', err: { message: 'late' } }))).toBe('WARN slow late');
  });

  it.each(['plain text', '{broken', '[1]', '', '{"msg":'])('leaves %j as it is', (line) => {
    expect(prettyLog(line)).toBe(line);
  });
});
