import type { Compose, ComposeService } from '../compose-model.ts';
import { ourImage } from '../manifests.ts';

/** One promise of the compose files: a pure function from what they come to, to what breaks it. */
export interface ComposeRule {
  readonly name: string;
  readonly says: string;
  readonly check: (compose: Compose) => readonly string[];
}

/** Services that are steps: they end. */
export const STEPS: readonly string[] = ['provision', 'keys', 'mongodb-init'];

/** The server of the topology that a service is a member of. */
export const serverOf = (name: string): string | undefined => /^(nats|mongodb)(-\d)?$/.exec(name)?.[1];

/** Not what compose/observability.yml brings. */
export const isOurs = (service: ComposeService): boolean => ourImage(service.image);

/** All services by name. */
export const entries = ({ services }: Compose): readonly (readonly [string, ComposeService])[] =>
  Object.entries(services);

/** The environment of a service. */
export const envOf = ({ environment = {} }: ComposeService): ReadonlyMap<string, string> =>
  new Map(Object.entries(environment).map(([name, value]) => [name, value ?? '']));
