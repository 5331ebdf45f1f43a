import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What every metric has. */
export interface MetricOptions<Label extends string> {
  /** Prometheus name with its unit: `colloquy_step_seconds`. */
  readonly name: string;
  readonly help: string;
  /** Names of labels; keep their values few. */
  readonly labels?: readonly Label[];
}

/** A histogram's buckets are in its unit, ascending. */
export interface HistogramOptions<Label extends string> extends MetricOptions<Label> {
  readonly buckets?: readonly number[];
}

/** A gauge may be read when somebody asks, instead of set when something changes. */
export interface GaugeOptions<Label extends string> extends MetricOptions<Label> {
  readonly collect?: (gauge: Gauge<Label>) => void | Promise<void>;
}

/** The Prometheus metrics of a service, Node's own included; every sample carries `service`. */
export class Metrics {
  readonly registry: Registry;

  constructor(service: string) {
    this.registry = new Registry();
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** @throws Error when the name is taken. */
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    return new Counter({ ...this.#common(options) });
  }

  /** @throws Error when the name is taken. */
  gauge<Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label> {
    const { collect } = options;
    return new Gauge<Label>({
      ...this.#common(options),
      ...(collect
        ? {
            collect(this: Gauge<Label>) {
              return collect(this);
            },
          }
        : {}),
    });
  }

  /** @throws Error when the name is taken. */
  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label> {
    return new Histogram({
      ...this.#common(options),
      ...(options.buckets ? { buckets: [...options.buckets] } : {}),
    });
  }

  #common<Label extends string>(options: MetricOptions<Label>) {
    return {
      name: options.name,
      help: options.help,
      labelNames: [...(options.labels ?? [])],
      registers: [this.registry],
    };
  }
}
