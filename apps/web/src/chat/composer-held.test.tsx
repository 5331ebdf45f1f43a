/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Attachment } from '@colloquy/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ClientProvider } from '../shell/client-provider.tsx';
import { Composer } from './composer.tsx';
import { draftOf } from './draft-store.ts';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const LIMITS = { maxBytes: 6000, maxPerMessage: 2, types: ['image/png', 'text/*'] };

/** A service that takes files when it is told to. */
class Service {
  readonly deleted: string[] = [];
  readonly #open: { name: string; answer: (response: Response) => void }[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : String(input), location.href);
    if (pathname === '/v1/me')
      return Response.json({ userId: 'ada', guest: true, demoModel: false, attachments: LIMITS });
    if (init?.method === 'DELETE') {
      this.deleted.push(pathname);
      return Response.json({});
    }
    if (pathname !== '/v1/files') return Response.json({});
    return new Promise((resolve, reject) => {
      init?.signal?.addEventListener('abort', () => {
        reject(new DOMException('aborted', 'AbortError'));
      });
      this.#open.push({ name: searchParams.get('name') ?? '', answer: resolve });
    });
  };

  /** The upload that came first and was not answered yet. */
  async upload(): Promise<{ name: string; answer: (response: Response) => void }> {
    return waitFor(() => {
      const upload = this.#open.shift();
      if (upload === undefined) throw new Error('nothing is on its way');
      return upload;
    });
  }
}

const taken = (name: string): Response =>
  Response.json({ fileId: `file-0000-${name}-0001`, name, type: 'text/plain', size: 5 }, { status: 201 });
const text = (name: string, content = 'hello'): File => new File([content], name, { type: 'text/plain' });

interface Sent {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

let used = 0;
let key = '';
let service = new Service();

function show(more: Partial<Parameters<typeof Composer>[0]> = {}): { sent: Sent[]; field: () => HTMLTextAreaElement } {
  const sent: Sent[] = [];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ClientProvider>
        <Composer
          draftKey={key}
          placeholder="Write"
          disabled={false}
          onSend={(said, attachments) => sent.push({ text: said, attachments })}
          {...more}
        />
      </ClientProvider>
    </QueryClientProvider>,
  );
  return { sent, field: () => screen.getByRole('textbox', { name: 'Your message' }) };
}

async function pick(...files: File[]): Promise<void> {
  const input = await waitFor(() => {
    const found = document.querySelector<HTMLInputElement>('input[type=file]');
    if (found === null) throw new Error('no picker yet');
    return found;
  });
  await userEvent.upload(input, files, { applyAccept: false });
}

describe('what was sent and waits', () => {
  const { fetch: before } = globalThis;
  beforeEach(() => {
    key = `chat-${String(++used)}`;
    service = new Service();
    globalThis.fetch = service.fetch;
    // Without it the client sends files by fetch, which the service above stands in for.
    Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
  });
  afterEach(() => {
    cleanup();
    globalThis.fetch = before;
  });

  it('is held while another chat is looked at, says so, and goes when its files are up', async () => {
    const { field } = show();
    await pick(text('a.txt'));
    const upload = await service.upload();
    await userEvent.type(field(), 'Read this{Enter}');
    await screen.findByText(/Sends when the file is uploaded/);
    cleanup();
    const again = show();
    expect(await screen.findByText(/Sends when the file is uploaded/)).toBeDefined();
    cleanup();
    upload.answer(taken('a.txt'));
    await waitFor(() => {
      expect(draftOf(key).files).toMatchObject([{ attachment: { name: 'a.txt' } }]);
    });
    expect(again.sent).toEqual([]);
    const back = show();
    await waitFor(() => {
      expect(back.sent).toMatchObject([{ text: 'Read this', attachments: [{ name: 'a.txt' }] }]);
    });
  });

  it.each([{ refused: true }, { disabled: true }])('stays in the field when nothing can be sent: %j', async (now) => {
    const { field } = show();
    await pick(text('a.txt'));
    const upload = await service.upload();
    await userEvent.type(field(), 'Read this{Enter}');
    cleanup();
    const { sent } = show(now);
    upload.answer(taken('a.txt'));
    await waitFor(() => {
      expect(screen.queryByText(/Sends when/)).toBeNull();
    });
    expect(sent).toEqual([]);
    expect(draftOf(key)).toMatchObject({ text: 'Read this', files: [{ attachment: { name: 'a.txt' } }] });
  });
});

describe('a pasted text that becomes a file', () => {
  beforeEach(() => {
    key = `chat-${String(++used)}`;
    service = new Service();
    globalThis.fetch = service.fetch;
    Reflect.deleteProperty(globalThis, 'XMLHttpRequest');
  });
  afterEach(cleanup);
  const kept = (): string => localStorage.getItem(`colloquy.draft.${key}`) ?? '';

  it('is kept as a text until it is up, and is one again when it is taken out before', async () => {
    const { field } = show();
    await screen.findByRole('button', { name: 'Attach files' });
    await userEvent.type(field(), 'Look: ');
    const pasted = 'y'.repeat(5000);
    await userEvent.paste(pasted);
    await userEvent.click(await screen.findByRole('button', { name: 'Attach as file' }));
    await service.upload();
    expect(field().value).toBe('Look:');
    expect(kept()).toContain(pasted);
    await userEvent.click(await screen.findByRole('button', { name: 'Stop uploading pasted.txt' }));
    expect(field().value).toBe(`Look:\n\n${pasted}`);
    await userEvent.click(field());
    await userEvent.paste('z'.repeat(4500));
    await userEvent.click(await screen.findByRole('button', { name: 'Attach as file' }));
    (await service.upload()).answer(taken('pasted.txt'));
    await waitFor(() => {
      expect(kept()).toContain('pasted.txt');
    });
    expect(kept()).not.toContain('zzz');
  });
});
