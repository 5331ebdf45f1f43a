import type { ServiceEnv } from './service-env.ts';
import { systemClock } from './system-clock.ts';
import { systemIds } from './system-ids.ts';
import { traceSettings } from './trace-settings.ts';
import { offTracer, type ServiceTracer } from './tracer.ts';
import type { ExportedSpans } from './watch-traces.ts';

/** Which service traces, and who hears what becomes of its spans. */
export interface TracedService {
  readonly name: string;
  readonly onExport: (exported: ExportedSpans) => void;
}

/** The tracer that the environment asks for. OpenTelemetry is loaded only when there is somewhere to send spans to. */
export async function openTracer({ name, onExport }: TracedService, env: ServiceEnv): Promise<ServiceTracer> {
  const settings = traceSettings(env, { name, instance: systemIds.uuid() });
  if (settings === undefined) return offTracer;
  const { createOtelTracer } = await import('./otel-tracer.ts');
  return createOtelTracer({ settings, onExport, sleep: (ms, signal) => systemClock.sleep(ms, signal) });
}
