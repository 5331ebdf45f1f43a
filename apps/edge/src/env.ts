import { envUrls, readEnv, serviceEnv } from '@colloquy/service';
import { z } from 'zod';

const instances = envUrls.refine((urls) => urls.length > 0, 'must name at least one instance');

const schema = z.object({
  ...serviceEnv,
  /** The api-gateway instances, separated by commas. */
  API_URLS: instances,
  /** The realtime-gateway instances. */
  REALTIME_URLS: instances,
  /** The web instances; none when the web app is not started. */
  WEB_URLS: envUrls.default([]),
});

/** The settings of the edge. */
export type EdgeEnv = z.infer<typeof schema>;

/** Reads the settings; throws with every fault at once. */
export function readEdgeEnv(source: Readonly<Record<string, string | undefined>> = process.env): EdgeEnv {
  return readEnv(schema, source);
}
