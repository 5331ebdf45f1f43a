import type { Metrics } from '@colloquy/service';

/** What is counted. */
export interface Meters {
  /** An instance of a service could not be reached, or took a connection and said nothing. */
  failed(service: string, how: 'refused' | 'silent'): void;
}

/** The edge's measures on `/metrics`; what is open is asked when somebody looks. */
export function createMeters(metrics: Metrics, open: { websockets(): number; eventStreams(): number }): Meters {
  metrics.gauge({
    name: 'colloquy_edge_websockets',
    help: 'Upgraded connections',
    collect: (gauge) => gauge.set(open.websockets()),
  });
  metrics.gauge({
    name: 'colloquy_edge_event_streams',
    help: 'Answers that go on as event streams',
    collect: (gauge) => gauge.set(open.eventStreams()),
  });
  const failures = metrics.counter({
    name: 'colloquy_edge_failures_total',
    help: 'Times that an instance could not be reached, or took a connection and said nothing; another one was asked',
    labels: ['to', 'how'],
  });
  return { failed: (to, how) => failures.inc({ to, how }) };
}
