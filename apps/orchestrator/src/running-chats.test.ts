import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { initialState } from '@colloquy/engine';
import { createMemoryBroker, EMPTY_LOG } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { RunningChat } from './running-chat.ts';
import { RunningChats } from './running-chats.ts';
import { RunOrigin } from './run-origin.ts';
import { ShownTexts } from './shown-texts.ts';

const [ONE, TWO, THREE] = ['chat-0000000000one', 'chat-0000000000two', 'chat-00000000three'] as const;
const MOST_APART_MS = 20_000;

function place(): { clock: VirtualClock; chats: RunningChats } {
  const clock = new VirtualClock();
  const chats = new RunningChats(clock);
  return { clock, chats };
}

/** A run that was claimed three times in a row. */
async function suspect(clock: VirtualClock, chatId: string): Promise<RunningChat> {
  const broker = createMemoryBroker({ clock, ids: seededIds(1, () => clock.now()) });
  const chat = new RunningChat({
    chatId,
    ticketSeq: 1,
    folded: {
      state: initialState,
      position: EMPTY_LOG,
      shown: new ShownTexts(),
      origin: new RunOrigin(),
      unowned: true,
    },
    appender: broker.connect('a').log.open(chatId, EMPTY_LOG),
    clock,
    estimate: () => ({ usage: { promptTokens: 0, cachedTokens: 0, completionTokens: 0 }, costMicroUsd: 0 }),
  });
  const begun: NewEvent[] = [
    { type: 'chat_created', commandId: 'command-000000001', ownerId: 'ada', workflow: 'desk', variables: {} },
    { type: 'user_message', commandId: 'command-000000001', messageId: 'message-000000001', text: 'Hello', by: 'ada' },
    {
      type: 'run_started',
      runId: 'run-0000000000001',
      workflow: 'desk',
      workflowHash: 'h',
      engineVersion: 1,
      trigger: 2,
      worker: 'a',
      variables: {},
    },
  ];
  const claims = [1, 2, 3].map((attempt): NewEvent => ({
    type: 'run_claimed',
    runId: 'run-0000000000001',
    attempt,
    worker: 'a',
  }));
  await clock.run(chat.change(() => ({ events: [...begun, ...claims] })));
  return chat;
}

describe('the one place for a suspect', () => {
  it('is one: others wait while its claim is under way', () => {
    const { chats } = place();
    chats.reserve(ONE);
    chats.reserve(TWO);
    expect(chats.isolate(ONE)).toBe(true);
    expect(chats.isolate(ONE)).toBe(true);
    expect(chats.isolate(TWO)).toBe(false);
  });

  it('is free when the claim failed, or the run is over', () => {
    const { chats } = place();
    chats.reserve(ONE);
    chats.reserve(TWO);
    chats.isolate(ONE);
    chats.remove(TWO);
    chats.reserve(TWO);
    expect(chats.isolate(TWO)).toBe(false);
    chats.remove(ONE);
    expect(chats.isolate(TWO)).toBe(true);
  });

  it('is free when the run got further', async () => {
    const { clock, chats } = place();
    const chat = await suspect(clock, ONE);
    chats.reserve(ONE);
    chats.reserve(TWO);
    chats.isolate(ONE);
    chats.add(chat);
    expect(chats.isolate(TWO)).toBe(false);
    await clock.run(
      chat.change(() => ({
        events: [{ type: 'speaker_selected', runId: 'run-0000000000001', agent: 'ann', by: 'pattern' }],
      })),
    );
    expect(chats.isolate(TWO)).toBe(true);
  });

  it('is free when the suspect has lived here for 20 s: what ends processes does so sooner', async () => {
    const { clock, chats } = place();
    const chat = await suspect(clock, ONE);
    for (const chatId of [ONE, TWO, THREE]) chats.reserve(chatId);
    chats.isolate(ONE);
    chats.add(chat);
    await clock.advance(MOST_APART_MS - 1);
    expect(chats.isolate(TWO)).toBe(false);
    await clock.advance(1);
    expect(chats.isolate(TWO)).toBe(true);
    expect(chats.isolate(THREE)).toBe(false);
    chats.remove(ONE);
    expect(chats.isolate(THREE)).toBe(false);
  });
});
