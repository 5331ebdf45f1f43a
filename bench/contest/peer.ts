import type { Screen } from './screen.ts';

/** A peer cannot be had on this machine; the message says why, for the table. */
export class PeerUnavailable extends Error {
  override readonly name = 'PeerUnavailable';
}

/** The scripted model that all peers talk to. */
export interface ModelServer {
  /** Base URL as OpenAI clients want it, with `/v1`. */
  readonly url: string;
  readonly pid: number;
  /** How many answers it was asked for since it started. */
  calls(): Promise<number>;
  stop(): Promise<void>;
}

/** One person with a connection of their own, in front of one chat. */
export interface Seat {
  /** What the person sees of the answer. */
  readonly screen: Screen;
  /** Says the first thing in a new chat; resolves when the answer has ended. Rejects when it does not come to its end here. */
  ask(text: string): Promise<void>;
  /** The connection is cut. */
  leave(): void;
  /**
   * Comes back by the best means that the peer has, once it serves again; resolves when nothing more is to come by them.
   */
  back(): Promise<void>;
  /** Is gone for good. */
  close(): void;
}

/** One process of a peer; its children count as well. */
export interface Part {
  readonly name: string;
  readonly pid: number;
}

/** A system that serves chats. */
export interface Peer {
  /** Short, unique. */
  readonly name: string;
  /** What runs there, in a line. */
  readonly about: string;
  /**
   * Puts it on this machine when it is not there; outside of any measurement.
   * @throws PeerUnavailable with the reason
   */
  install(): Promise<void>;
  /** Starts it on the model; resolves when it serves. */
  start(model: ModelServer): Promise<void>;
  /** A person comes. One who is `lasting` has all that the peer's own client does to stay up to date; others only listen. */
  open(of: { readonly lasting: boolean }): Promise<Seat>;
  /** Every process whose CPU and memory count, without their children, by what it is. */
  parts(): readonly Part[];
  /** Ends what serves by SIGKILL; resolves when it serves again. */
  kill(): Promise<void>;
  /** Ends everything of it. */
  stop(): Promise<void>;
}

/** What the scripted model is to say: so many words, so many a second (0: at once). */
export const say = ({ words, perSecond }: { readonly words: number; readonly perSecond: number }): string =>
  `[[say:${String(words)}]] [[rate:${String(perSecond)}]]`;
