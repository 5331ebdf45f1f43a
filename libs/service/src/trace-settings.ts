import type { ServiceEnv } from './service-env.ts';

/** The samplers that OTEL_TRACES_SAMPLER may name. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where traces go, how many, and who says so. */
export interface TraceSettings {
  /** Where spans are posted. */
  readonly url: string;
  readonly sampler: (typeof SAMPLERS)[number];
  /** The part of all traces that is kept, 0 to 1, by a sampler that has one. */
  readonly ratio: number;
  /** What is said of this process with its spans. */
  readonly resource: Readonly<Record<string, string>>;
}

/** The settings in a service's environment; undefined when it is to trace nothing. */
export function traceSettings(env: ServiceEnv, service: { name: string; instance: string }): TraceSettings | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  return {
    url: `${endpoint}/v1/traces`,
    sampler: env.OTEL_TRACES_SAMPLER,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    resource: {
      ...env.OTEL_RESOURCE_ATTRIBUTES,
      'service.name': env.OTEL_SERVICE_NAME ?? service.name,
      'service.instance.id': service.instance,
    },
  };
}
