import { describe, expect, it } from '@jest/globals';
import { MAX_FILE_TEXT, type Attachment } from '@colloquy/contracts';
import type { ModelRequest } from '@colloquy/engine';
import { estimatePromptTokens } from './estimate-tokens.ts';
import { loadFiles, type FileRules } from './load-files.ts';
import { ModelError } from './model-error.ts';
import { toOpenAiRequest } from './to-openai.ts';

const file = (name: string, more: Partial<Attachment> = {}): Attachment => ({
  fileId: `file-${name.padStart(12, '0')}`,
  name,
  type: 'text/plain',
  size: 10,
  ...more,
});

function asking(...files: Attachment[]): ModelRequest {
  const messages = [{ role: 'user' as const, content: 'look', files }];
  return { agent: 'a', purpose: 'reply', model: 'm', parameters: {}, messages, tools: [] };
}

const bytes = (text: string): Promise<Uint8Array> => Promise.resolve(new TextEncoder().encode(text));
const never = new AbortController().signal;

/** What the model is sent of the files. */
async function sent(request: ModelRequest, rules: Partial<FileRules>): Promise<unknown> {
  const contents = await loadFiles(request, { vision: true, openFile: undefined, signal: never, ...rules });
  return toOpenAiRequest(request, 'm', contents).messages[0]?.content;
}

describe('the files of a request', () => {
  it('gives texts in a fence and pictures as parts, after the words', async () => {
    const request = asking(file('a.md', { type: 'text/markdown' }), file('p.png', { type: 'image/png', size: 3 }));
    const openFile: FileRules['openFile'] = (id) => bytes(id.endsWith('md') ? 'has ``` and ```` in it' : 'PNG');
    expect(await sent(request, { openFile })).toEqual([
      { type: 'text', text: 'look' },
      { type: 'text', text: 'File "a.md" (text/markdown, 10 bytes):\n`````\nhas ``` and ```` in it\n`````' },
      { type: 'text', text: 'File "p.png" (image/png, 3 bytes):' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${btoa('PNG')}`, detail: 'auto' } },
    ]);
  });

  it('L1: says in a line what is gone, and what the model cannot look at', async () => {
    const request = asking(file('a.md'), file('p.png', { type: 'image/png' }));
    const gone = () => Promise.resolve(undefined);
    expect(await sent(request, { openFile: gone, vision: false })).toEqual([
      { type: 'text', text: 'look' },
      { type: 'text', text: '(file "a.md" (text/plain, 10 bytes) is gone)' },
      {
        type: 'text',
        text: '(file "p.png" (image/png, 10 bytes) is a picture, and this model cannot look at pictures)',
      },
    ]);
    expect(JSON.stringify(await sent(request, {}))).toContain('is gone');
  });

  it('L2: cuts a long text, and says so', async () => {
    const text = JSON.stringify(
      await sent(asking(file('a.md')), { openFile: () => bytes('x'.repeat(MAX_FILE_TEXT + 1)) }),
    );
    expect(text).toContain(`only the first ${String(MAX_FILE_TEXT)} characters`);
    expect(text.length).toBeLessThan(MAX_FILE_TEXT + 300);
  });

  it('L2: cuts by bytes, as budgets count, between two characters', async () => {
    const contents = await loadFiles(asking(file('a.md')), {
      vision: true,
      openFile: () => bytes('語'.repeat(MAX_FILE_TEXT)),
      signal: never,
    });
    const [content] = contents.values();
    expect(content).toEqual({ kind: 'text', text: '語'.repeat(Math.floor(MAX_FILE_TEXT / 3)), cut: true });
  });

  it('L3: shows the newest pictures, as many as one request can take', async () => {
    const large = (name: string): Attachment => file(name, { type: 'image/png', size: 7 * 1024 * 1024 });
    const [older, newer] = [large('old.png'), large('new.png')];
    const request = asking(older);
    const messages = [...request.messages, { role: 'user' as const, content: '', files: [newer] }];
    const asked: string[] = [];
    const openFile: FileRules['openFile'] = (id) => (asked.push(id), bytes('PNG'));
    const contents = await loadFiles({ ...request, messages }, { vision: true, openFile, signal: never });
    expect(asked).toEqual([newer.fileId]);
    expect(contents.get(older.fileId)).toMatchObject({ kind: 'line' });
  });

  it('may be tried again when they cannot be read now, and ends with its signal', async () => {
    const openFile = () => Promise.reject(new Error('away'));
    const failing = sent(asking(file('a.md')), { openFile });
    await expect(failing).rejects.toBeInstanceOf(ModelError);
    await expect(failing).rejects.toMatchObject({ failure: { code: 'files_unavailable', retryable: true } });
    const reason = new Error('stopped');
    await expect(sent(asking(file('a.md')), { openFile, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('count by their size when nobody has counted', () => {
    const words = estimatePromptTokens(asking());
    expect(estimatePromptTokens(asking(file('a', { size: 4000 })))).toBeGreaterThan(words + 1000);
    expect(estimatePromptTokens(asking(file('a', { type: 'image/png', size: 9e9 })))).toBeLessThan(words + 1100);
  });
});
