'use client';

import { ClientError } from '@colloquy/client';
import type { Inbox, Json, PendingRequest } from '@colloquy/contracts';
import { MessageCircleQuestion } from 'lucide-react';
import { useEffect, useId, useRef, useState, type MouseEvent } from 'react';
import { AgentMark, AgentName } from '../chat/agent-mark.tsx';
import { AnswerQuestion } from '../chat/answer-question.tsx';
import { TeamOf } from '../chat/team.tsx';
import { useWorkflows } from '../chat/use-workflows.ts';
import { useWords } from '../i18n/words.ts';
import { useClient } from '../shell/client-provider.tsx';
import { goTo, pathOf } from '../shell/navigate.ts';
import { titleOf } from '../sidebar/chat-title.ts';
import { formatName, useFormat } from '../ui/format.ts';
import { noteAnswered, refusalOf, type SentAnswer } from './sent-answers.ts';
import { useInboxWords } from './words.ts';

type Chat = Inbox['chats'][number];

/** A chat with what it asks; each question is answered where it stands. */
export function InboxChat({ chat }: { readonly chat: Chat }) {
  const t = useWords();
  const format = useFormat();
  const heading = useId();
  const { data } = useWorkflows();
  const workflow = data?.find(({ name }) => name === chat.workflow)?.title ?? formatName(chat.workflow);
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    goTo(chat.chatId);
  };
  return (
    <section aria-labelledby={heading} className="overflow-hidden rounded-xl border border-line bg-surface">
      <header className="flex items-baseline gap-2 border-b border-line px-4 py-2.5 text-sm">
        <h2 id={heading} className="min-w-0 flex-1 truncate font-medium">
          <a href={pathOf(chat.chatId)} onClick={open} className="underline-offset-3 hover:underline">
            {titleOf(chat, t.untitled)}
          </a>
        </h2>
        <span className="shrink-0 text-xs text-faint">
          {workflow} · <time dateTime={chat.updatedAt}>{format.time(chat.updatedAt)}</time>
        </span>
      </header>
      <TeamOf workflow={chat.workflow}>
        <ul className="divide-y divide-line">
          {chat.requests.map((request) => (
            <li key={request.requestId}>
              <InboxQuestion chat={chat} request={request} />
            </li>
          ))}
        </ul>
      </TeamOf>
    </section>
  );
}

function InboxQuestion({ chat, request }: { readonly chat: Chat; readonly request: PendingRequest }) {
  const words = useInboxWords();
  const { state, answer } = useAnswer(chat, request.requestId);
  const box = useRef<HTMLDivElement>(null);
  const { requestId, kind, schema, expiresAt } = request;
  return (
    <div ref={box} tabIndex={-1} className="flex flex-col gap-2.5 p-4 text-sm focus-visible:outline-offset-[-2px]">
      <div className="flex items-center gap-2">
        {request.agent === undefined ? (
          <>
            <MessageCircleQuestion className="size-5 text-warn" aria-hidden />
            <span className="sr-only">{words.asked}</span>
          </>
        ) : (
          <>
            <AgentMark agent={request.agent} small />
            <AgentName agent={request.agent} className="font-semibold" />
          </>
        )}
      </div>
      <p className="font-medium wrap-anywhere whitespace-pre-wrap">{request.prompt}</p>
      <AnswerQuestion
        request={{ requestId, kind, schema, expiresAt }}
        busy={state.kind === 'sending' || state.kind === 'answered'}
        onAnswer={(value, comment) => {
          box.current?.focus(); // the button is switched off now
          answer(value, comment);
        }}
      />
      <p
        role={state.kind === 'refused' ? 'alert' : 'status'}
        className={state.kind === 'refused' ? 'text-bad' : 'text-soft'}
      >
        {state.kind === 'refused' ? words.refused(state.why) : state.kind === 'open' ? '' : words[state.kind]}
      </p>
    </div>
  );
}

type AnswerState =
  | { readonly kind: 'open' | 'sending' }
  | { readonly kind: 'answered'; readonly sent: SentAnswer }
  | { readonly kind: 'refused'; readonly why: string };

/** How often it is asked what became of an answer, in ms. */
const LOOK_MS = 3_000;

/**
 * Answers past the open chat: what was taken goes off the list when the row says so. The log may refuse it still, such as
 * when it is not what was asked for: then the question is open again.
 */
function useAnswer({ chatId, lastSeq }: Chat, requestId: string) {
  const client = useClient();
  const [state, setState] = useState<AnswerState>({ kind: 'open' });
  const sent = state.kind === 'answered' ? state.sent : undefined;
  useEffect(() => {
    if (client === undefined || sent === undefined) return undefined;
    const closing = new AbortController();
    const look = async (): Promise<void> => {
      const why = await refusalOf(client.api, sent, closing.signal).catch(() => undefined); // it is asked again
      if (why !== undefined && !closing.signal.aborted) setState({ kind: 'refused', why });
    };
    // Its chat goes on, or nobody says so.
    if (lastSeq > sent.since) void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => {
      clearInterval(timer);
      closing.abort(new Error('the question is gone'));
    };
  }, [client, sent, lastSeq]);
  const answer = (value: Json, comment?: string): void => {
    if (client === undefined) return;
    setState({ kind: 'sending' });
    const body = comment === undefined ? { value } : { value, comment };
    client.api.answerInput({ chatId, requestId }, body).then(
      ({ commandId }) => {
        noteAnswered(requestId);
        setState({ kind: 'answered', sent: { chatId, commandId, since: lastSeq } });
      },
      (error: unknown) => {
        setState({ kind: 'refused', why: error instanceof ClientError ? error.message : String(error) });
      },
    );
  };
  return { state, answer };
}
