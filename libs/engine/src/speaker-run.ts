/** What a run knows of how its speakers are chosen. */
import type { ChatEvent, EventOf, Json } from '@colloquy/contracts';
import { isEngineCall } from './engine-calls.ts';
import { omit } from './omit.ts';
import type { RunState } from './types.ts';

/** What is known of the choice that goes on, and of handoffs that lead nowhere. */
export interface SpeakerRun {
  /** Answers of the model that chose none of the candidates, since the last choice. */
  readonly wrong: readonly string[];
  /** What a person answered who was asked to choose. */
  readonly picked?: { readonly value: Json; readonly by: string };
  /** The two agents of the newest handoff, and how often in a row it was between them with no work between. */
  readonly swings: { readonly between: string; readonly count: number };
  /** Those of them since somebody said something. */
  readonly silentSwings: number;
  /** Handoffs by condition in a row that nothing came of. */
  readonly idle: number;
  /** Handoffs of any kind in a row by which nobody got the turn. */
  readonly detours: number;
  /** How often the turn went to child runs. */
  readonly childTurns: number;
}

const STILL = { swings: { between: '', count: 0 }, silentSwings: 0, idle: 0, detours: 0 };
const NONE: readonly string[] = [];
const BEGINNING: SpeakerRun = { wrong: NONE, childTurns: 0, ...STILL };

/** What a run knows of how its speakers are chosen. */
export function speakerRunOf(run: RunState): SpeakerRun {
  return run.speakerRun ?? BEGINNING;
}

/** What the run knows of it after one more of its child runs has begun, before `run` knows of that one. */
export function evolveChildTurns(run: RunState, parentCallId: string | undefined): SpeakerRun {
  const before = speakerRunOf(run);
  return beginsChildTurn(run, parentCallId) ? { ...before, childTurns: before.childTurns + 1 } : before;
}

/** True when a child run that begins is the first of those that the turn goes to: its branches are one turn. */
export function beginsChildTurn({ childRuns }: RunState, parentCallId: string | undefined): boolean {
  return parentCallId === undefined && childRuns.every(({ callId }) => callId !== undefined);
}

/** True when a message is what a model said that was to choose a speaker: it is no part of the talk. */
export function isChoice(run: RunState | undefined, messageId: string): boolean {
  const open = run?.openMessages.find((message) => message.messageId === messageId);
  return open?.purpose === 'select_speaker';
}

/** What the run knows of it after one more of its events; `run` is as it was before it. */
export function evolveSpeakerRun(run: RunState, event: ChatEvent): SpeakerRun {
  const before = speakerRunOf(run);
  switch (event.type) {
    case 'speaker_selected':
      return { ...omit(before, 'picked'), wrong: NONE, detours: 0 };
    case 'handoff':
      return handedOver(before, event);
    case 'message_aborted':
      if (event.reason !== 'invalid' || !isChoice(run, event.messageId)) return before;
      return { ...before, wrong: [...before.wrong, event.text] };
    case 'text':
      return event.text === '' ? { ...before, idle: 0 } : { ...before, idle: 0, silentSwings: 0, detours: 0 };
    case 'tool_response':
      return worked(run, event.callId) ? { ...before, ...STILL } : before;
    case 'input_response':
      return answered(run, before, event);
    default:
      return before;
  }
}

/** The calls of the engine are part of finding out where the turn goes, so they are no work. */
function worked(run: RunState, callId: string): boolean {
  const call = run.openCalls.find((open) => open.callId === callId);
  return call !== undefined && !isEngineCall(call);
}

/** An after-work is what the workflow lays down for every turn: only turns bound it. */
function handedOver(before: SpeakerRun, { from, to, by }: EventOf<'handoff'>): SpeakerRun {
  const idle = by === 'context' ? before.idle + 1 : before.idle;
  const after = { ...omit(before, 'picked'), wrong: NONE, idle, detours: before.detours + 1 };
  if (by === 'after_work') return after;
  const between = from < to ? `${from} ${to}` : `${to} ${from}`;
  const same = before.swings.between === between;
  const swings = { between, count: same ? before.swings.count + 1 : 1 };
  return { ...after, swings, silentSwings: same ? before.silentSwings + 1 : 1 };
}

function answered(run: RunState, before: SpeakerRun, event: EventOf<'input_response'>): SpeakerRun {
  const after = { ...before, ...STILL };
  const request = run.openRequests.find(({ requestId }) => requestId === event.requestId);
  if (request?.purpose !== 'select_speaker') return after;
  return { ...after, picked: { value: event.value, by: event.by } };
}
