import type { ModelRequest } from '@colloquy/engine';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEffects } from './create-effects.ts';
import { countedIds } from './fixtures/counted-ids.ts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { chunk, fails, ModelServer, streams } from './fixtures/model-server.ts';
import { parsePrices } from './prices.ts';
import type { Effects } from './types.ts';

describe('a call with pictures', () => {
  let server: ModelServer;
  let effects: Effects;
  beforeEach(async () => {
    server = new ModelServer();
    const baseUrl = await server.start();
    effects = createEffects({
      clock: new ManualClock(),
      ids: countedIds(),
      models: { baseUrl, apiKey: 'sk-test', defaultModel: 'served-model', demo: false },
      prices: parsePrices('models: {}'),
      workflows: new Map(),
    });
  });
  afterEach(async () => {
    await effects.close();
    await server.stop();
  });

  const picture = { fileId: 'file-000000000001', name: 'p.png', type: 'image/png', size: 3 };
  const looking: ModelRequest = {
    agent: 'a',
    purpose: 'reply',
    model: 'default',
    parameters: {},
    messages: [{ role: 'user', content: 'Look', files: [picture] }],
    tools: [],
  };
  const look = (openFile: NonNullable<Parameters<Effects['callModel']>[1]['openFile']>, stop = new AbortController()) =>
    effects.callModel(looking, { signal: stop.signal, onPiece: () => undefined, openFile });
  const bytes = () => Promise.resolve(new Uint8Array([1, 2, 3]));

  it('is made again without them when the model does not take them: they are in every later request of the chat', async () => {
    server.answer(fails(400, { message: 'image_url is not supported', type: 'invalid_request_error' }));
    server.answer(streams(chunk({ content: 'I see a line' }, 'stop')));
    expect(await look(bytes)).toMatchObject({ text: 'I see a line' });
    expect(JSON.stringify(server.requests[0]?.body)).toContain('data:image/png;base64,AQID');
    const again = JSON.stringify(server.requests[1]?.body);
    expect(again).not.toContain('base64');
    expect(again).toContain('is a picture that this model did not take');
  });

  it('fails as it did when the model refuses what has no pictures, too', async () => {
    server.answer(fails(400, { message: 'no', type: 'invalid_request_error' }));
    server.answer(fails(400, { message: 'no', type: 'invalid_request_error' }));
    await expect(look(bytes)).rejects.toMatchObject({ failure: { retryable: false } });
    expect(server.requests).toHaveLength(2);
  });

  it('P5: stops while a file does not come', async () => {
    const stop = new AbortController();
    const running = look(() => new Promise(() => undefined), stop);
    stop.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    expect(server.requests).toHaveLength(0);
  });
});
