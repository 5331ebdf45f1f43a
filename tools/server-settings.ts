/** The servers of others that we run, and what they are told: the same in compose, in Kubernetes and by `npm start`. */

/** Images by what they are; patches come by themselves, for all who run it. */
export const SERVER_IMAGES = {
  nats: 'nats:2.12-alpine',
  mongodb: 'mongo:8.0',
  'otel-collector': 'otel/opentelemetry-collector:0.139.0',
  'nats-exporter': 'natsio/prometheus-nats-exporter:0.17.3',
} as const;

/** Settings of every nats.conf; `1MB` is also what a server has that is told nothing. */
export const NATS_SETTINGS = { max_payload: '1MB', sync_interval: '1s' } as const;
