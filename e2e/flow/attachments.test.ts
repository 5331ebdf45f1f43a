import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from '@colloquy/client';
import type { Attachment } from '@colloquy/contracts';
import { createFileStore, openBlobs } from '@colloquy/files';
import { connectMessaging, type Messaging } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/testing';
import { eraseDeleted } from '../../apps/persistence/src/erase-deleted.ts';
import { HeaderCache } from '../../apps/persistence/src/header-cache.ts';
import { connectStore } from '@colloquy/store';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** Larger than what the edge holds of any other body. */
const LARGE = 5 * 1024 * 1024;

/** Files through every service: edge, two gateways, NATS, an orchestrator and its model, persistence. */
describe('what a person attaches', () => {
  let system: System;
  let ann: Client;
  let bob: Client;
  let [words, dot]: Attachment[] = [];
  let chatId = '';

  beforeAll(async () => {
    system = await startSystem({ instances: { 'api-gateway': 2 } });
    [ann, bob] = [createClient({ baseUrl: system.url }), createClient({ baseUrl: system.url })];
    await Promise.all([ann.guest(), bob.guest()]);
  }, 120_000);

  afterAll(async () => {
    ann.close();
    bob.close();
    await system.stop();
  });

  it('goes up, byte for byte, and is there on the other gateway', async () => {
    const text = 'five words are in here ';
    words = await ann.api.uploadFile(new TextEncoder().encode(text), { name: 'words.md', type: 'text/markdown' });
    dot = await ann.api.uploadFile(new Blob([PNG]), { name: 'dot.png' });
    expect([words, dot]).toMatchObject([{ type: 'text/markdown' }, { type: 'image/png', size: PNG.length }]);
    const large = await ann.api.uploadFile(new Blob(['x'.repeat(LARGE)]), { name: 'large.txt', type: 'text/plain' });
    // In turns: each gateway is asked for each file.
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await ann.api.getFile(large.fileId)).size).toBe(LARGE);
      expect(await (await ann.api.getFile(words.fileId)).text()).toBe(text);
    }
    await ann.api.deleteFile(large.fileId);
    await expect(ann.api.getFile(large.fileId)).rejects.toMatchObject({ status: 404 });
  }, 30_000);

  it('is given to the model, which can tell what is in it', async () => {
    const attachments = [words, dot].flatMap((file) => file ?? []);
    ({ chatId } = ann.startChat({ workflow: 'assistant', text: 'What is this?', attachments }));
    const answer = await waitFor(
      async () => {
        const { messages } = await ann.api.getChat(chatId);
        return messages.find((event) => event.type === 'text')?.text;
      },
      { what: 'an answer', withinMs: 20_000 },
    );
    expect(answer).toContain('**words.md**: a text (text/markdown) of 5 words');
    expect(answer).toContain(`**dot.png**: a picture (image/png) of ${String(PNG.length)} bytes`);
    const { messages } = await ann.api.getChat(chatId);
    expect(messages.find((event) => event.type === 'user_message')).toMatchObject({ attachments });
  }, 30_000);

  it('is nobody else’s', async () => {
    const fileId = words?.fileId ?? '';
    await expect(bob.api.getFile(fileId)).rejects.toMatchObject({ status: 404 });
    const stolen = bob.api.createChat({ workflow: 'assistant', message: 'mine?', attachments: [fileId] });
    await expect(stolen).rejects.toMatchObject({ status: 400, code: 'unknown_file' });
  });

  it('goes with its chat, for good', async () => {
    const fileId = words?.fileId ?? '';
    await expect(ann.api.deleteFile(fileId)).rejects.toMatchObject({ status: 409 });
    await ann.api.deleteChat(chatId);
    expect(await (await ann.api.getFile(fileId)).text()).toContain('five words');
    await eraseAnHourLater();
    await expect(ann.api.getFile(fileId)).rejects.toMatchObject({ status: 404 });
    await expect(ann.api.getChat(chatId)).rejects.toMatchObject({ status: 404 });
  }, 60_000);

  /** What persistence does when the time to restore is over: nobody waits for that here. */
  async function eraseAnHourLater(): Promise<void> {
    const nats = system.launched.urls.get('nats')?.join(',') ?? '';
    const store = connectStore({ uri: system.launched.urls.get('mongodb')?.[0] ?? '', appName: 'test' });
    const messaging: Messaging = await connectMessaging({ url: nats, clock: systemClock, ids: systemIds });
    const blobs = await openBlobs({}, { url: nats });
    const files = createFileStore({ records: messaging.files, blobs, clock: systemClock, ids: systemIds });
    await waitFor(async () => (await store.header(chatId))?.deletedAt, { what: 'the deletion', withinMs: 15_000 });
    const later = {
      now: () => systemClock.now() + 60 * 60 * 1000,
      monotonic: () => systemClock.monotonic(),
      setTimeout: (fn: () => void, ms: number) => systemClock.setTimeout(fn, ms),
      clearTimeout: (handle: object) => systemClock.clearTimeout(handle),
      sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 50), signal),
    };
    const nothing = (): void => undefined;
    const erasing = eraseDeleted({
      messaging,
      store,
      files,
      headers: new HeaderCache(10),
      clock: later,
      ids: systemIds,
      logger: { info: nothing, warn: nothing, error: nothing },
      meters: { batch: nothing, written: nothing, parked: nothing, filled: nothing, outage: nothing, erased: nothing },
    });
    await waitFor(async () => (await store.isErased(chatId)) || undefined, { what: 'the erasure', withinMs: 15_000 });
    await erasing.close();
    await Promise.all([files.close(), messaging.drain(), store.close()]);
  }
});
