import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ScriptedBackend, type ScriptedSettings } from '@colloquy/testing/scripted-backend';
import { launch } from '../../tools/launcher/launch.ts';
import { topology, type Service } from '../../tools/topology.ts';

/** The real web app and the real edge, in front of a backend that says what a script says. */
export interface ScriptedStack {
  readonly url: string;
  readonly backend: ScriptedBackend;
  stop(): Promise<void>;
}

/** Starts web app (as it was built), edge and backend on free ports. */
export async function startScriptedStack(settings: ScriptedSettings = {}): Promise<ScriptedStack> {
  const backend = new ScriptedBackend(settings);
  const backendUrl = await backend.start();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-script-'));
  const clear = async (): Promise<void> => {
    await backend.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const launched = await launch({
      dataDir,
      ports: 'free',
      build: false,
      services: topology.flatMap((service) => withBackend(service, backendUrl)),
      env: { ...process.env, LOG_LEVEL: 'warn', API_URLS: undefined, REALTIME_URLS: undefined },
    });
    return {
      url: launched.url,
      backend,
      stop: async () => {
        await launched.stop();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** The web app, and the edge with the backend in the place of the gateways. */
function withBackend(service: Service, backendUrl: string): Service[] {
  if (service.name === 'web') return [service];
  if (service.name !== 'edge') return [];
  const gateways = { kind: 'default', value: backendUrl } as const;
  return [{ ...service, needs: ['web'], env: { ...service.env, API_URLS: gateways, REALTIME_URLS: gateways } }];
}
