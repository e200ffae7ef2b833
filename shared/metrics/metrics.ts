/** Numbers about a running service, for Prometheus: a registry of prom-client's, in which what is counted elsewhere is read when somebody asks. */
import { Counter as PromCounter, Gauge as PromGauge, Histogram as PromHistogram, Registry } from 'prom-client';

export type Labels<Name extends string = string> = Readonly<Record<Name, string>>;

/** One value of a metric with labels. */
export type Reading<Name extends string> = readonly [labels: Labels<Name>, value: number];

/** Counts events; `labels` must be of a few values, for each combination is kept for good. */
export interface Counter<Name extends string> {
  inc(labels: Labels<Name>, amount?: number): void;
}

/** Notes durations in seconds, or sizes in bytes. */
export interface Histogram<Name extends string> {
  observe(labels: Labels<Name>, value: number): void;
}

export interface HistogramOptions<Name extends string> {
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
  readonly labels?: readonly Name[];
}

/** What a histogram has counted elsewhere. */
export interface CountedHistogram {
  /** One for each bucket, without those of the buckets before it; and one for what is beyond the last. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** One series as it is at a moment. */
export interface MetricReading {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** As prom-client says them, whatever its declarations do. */
const READ_TYPES = ['counter', 'gauge'] as const;

type Described = Awaited<ReturnType<PromHistogram['get']>>;

class ReadHistogram extends PromHistogram {
  readonly #describe: () => Promise<Described>;

  constructor(name: string, help: string, buckets: readonly number[], read: () => Promise<CountedHistogram>) {
    super({ name, help, buckets: [...buckets], registers: [] });
    this.#describe = async () => {
      const { counts, sum } = await read();
      let count = 0;
      const values = [...buckets, '+Inf'].map((le, place) => ({ metricName: `${name}_bucket`, labels: { le }, value: (count += counts[place] ?? 0) }));
      const whole = [{ metricName: `${name}_sum`, labels: {}, value: sum }, { metricName: `${name}_count`, labels: {}, value: count }];
      return { name, help, type: 'histogram', aggregator: 'sum', values: [...values, ...whole] } as unknown as Described;
    };
  }

  override get(): Promise<Described> {
    return this.#describe();
  }

  /** What prom-client asks for where it writes the exposition text; its declarations do not know it. */
  getForPromString(): Promise<Described> {
    return this.#describe();
  }
}

/** All metrics of a service. */
export class Metrics {
  readonly registry = new Registry();

  /** @param name ends in `_total`. @throws Error when there is one of that name already, as all of these do */
  counter<Name extends string = never>(name: string, help: string, labels: readonly Name[] = []): Counter<Name> {
    return new PromCounter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  histogram<Name extends string = never>(name: string, help: string, { buckets, labels = [] }: HistogramOptions<Name>): Histogram<Name> {
    return new PromHistogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [this.registry] });
  }

  /** Like histogram, for what is counted elsewhere and asked for when somebody reads the metrics. */
  histogramOf(name: string, help: string, buckets: readonly number[], read: () => Promise<CountedHistogram>): void {
    this.registry.registerMetric(new ReadHistogram(name, help, buckets, read));
  }

  /** A value that is asked for when somebody reads the metrics. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    this.gauges(name, help, [], async () => [[{}, await read()]]);
  }

  /** Likewise, several of one name. */
  gauges<Name extends string>(name: string, help: string, labels: readonly Name[], read: () => Iterable<Reading<Name>> | Promise<Iterable<Reading<Name>>>): void {
    new PromGauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        const readings = await read();
        this.reset();
        for (const [given, value] of readings) this.set(given, value);
      },
    });
  }

  /** Like gauge, for a value that only grows and is counted elsewhere. */
  counted(name: string, help: string, read: () => number | Promise<number>): void {
    this.countedBy(name, help, [], async () => [[{}, await read()]]);
  }

  /** Likewise, several of one name. */
  countedBy<Name extends string>(name: string, help: string, labels: readonly Name[], read: () => Iterable<Reading<Name>> | Promise<Iterable<Reading<Name>>>): void {
    new PromCounter({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      async collect() {
        const readings = await read();
        this.reset();
        for (const [given, value] of readings) this.inc(given, value);
      },
    });
  }

  /** What counters and gauges say now, of those whose names begin with `prefix`; histograms are left out. */
  async readings(prefix: string): Promise<MetricReading[]> {
    const wanted = this.registry.getMetricsAsArray().filter(({ name }) => name.startsWith(prefix));
    // No others: some begin anew each time that they are read.
    const read = await Promise.all(wanted.map(async ({ name }) => this.registry.getSingleMetric(name)?.get()));
    return read
      .filter((metric) => metric !== undefined)
      .filter(({ type }) => (READ_TYPES as readonly unknown[]).includes(type))
      .flatMap(({ name, values }) => values.map(({ labels, value }) => ({ name, labels: textsIn(labels), value })));
  }

  /** What `text` is written in, for Content-Type: the exposition format 0.0.4. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** The exposition text. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}

function textsIn(labels: Partial<Record<string, string | number>>): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}
