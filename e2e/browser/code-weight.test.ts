import { gzipSync } from 'node:zlib';
import { describe, expect } from '@jest/globals';
import { ScriptedChat } from './scripted-chat.ts';
import { scene, useScriptedStage } from './stage.ts';

const KIB = 1024;
/** Everything that a chat with code in it has loaded, colours included. */
const WITH_CODE_KIB = 440;

/** What is really downloaded, whatever the manifests say: also what comes by itself after the first draw. */
describe('the weight of an open chat', () => {
  const stage = useScriptedStage();

  scene(stage, `is at most ${String(WITH_CODE_KIB)} KiB of gzipped JavaScript with a code message`, async () => {
    const chat = new ScriptedChat(stage.script.backend, 'code-weight');
    chat.ask('Show me code');
    chat.begin();
    chat.piece('Here it is:\n\n```ts\nexport const answer: number = 42;\n```\n');
    chat.end();
    chat.complete();
    const screen = await stage.screen();
    const scripts = new Map<string, Promise<number>>();
    screen.page.on('response', (response) => {
      if (!new URL(response.url()).pathname.endsWith('.js')) return;
      const weight = response.body().then((body) => gzipSync(body).length / KIB);
      scripts.set(response.url(), weight);
    });
    await screen.open(`/c/${chat.chatId}`);
    await screen.transcript.locator('.hljs-keyword').first().waitFor();
    await screen.page.waitForLoadState('networkidle');
    const weights = await Promise.all(scripts.values());
    expect(weights.length).toBeGreaterThan(10);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(WITH_CODE_KIB);
  });
});
