import { ag2, ag2One } from './adapters/ag2.ts';
import { aiSdk } from './adapters/ai-sdk.ts';
import { chainlit } from './adapters/chainlit.ts';
import { Colloquy } from './adapters/colloquy.ts';
import { Direct } from './adapters/direct.ts';
import { langGraphDev } from './adapters/langgraph-dev.ts';
import { langGraphJs } from './adapters/langgraph-js.ts';
import type { Peer } from './peer.ts';

/** The contest: direct and ours, and everybody else. */
export const allPeers = (): readonly Peer[] => [
  ...[new Direct(), new Colloquy()],
  ...[aiSdk, langGraphJs, langGraphDev, ag2, ag2One, chainlit],
];
