/** Numbers about a running service, in the text format that Prometheus reads (exposition format 0.0.4). */

export type Labels = Readonly<Record<string, string>>;

interface Family {
  type: 'counter' | 'gauge';
  help: string;
  read: () => Iterable<readonly [labels: Labels, value: number]>;
}

/** Label values counted apart per metric; what comes beyond is counted together, so that strangers cannot grow the table. */
const MAX_SERIES = 200;
const OTHERS: Labels = { other: 'true' };

/** Counts what has happened since the start. */
export class Counter {
  readonly #series = new Map<string, { labels: Labels; value: number }>();

  /** @param labels what kind of event it was, such as `{ method: 'INVITE' }` */
  add(labels: Labels = {}, amount = 1): void {
    const key = JSON.stringify(labels);
    const known = this.#series.get(key) ?? this.#series.get(JSON.stringify(this.#series.size < MAX_SERIES ? labels : OTHERS));
    if (known !== undefined) known.value += amount;
    else if (this.#series.size < MAX_SERIES) this.#series.set(key, { labels, value: amount });
    else this.#series.set(JSON.stringify(OTHERS), { labels: OTHERS, value: amount });
  }

  *values(): Iterable<readonly [Labels, number]> {
    for (const { labels, value } of this.#series.values()) yield [labels, value];
  }
}

/** All metrics of a service. */
export class Metrics {
  readonly #families = new Map<string, Family>();

  /** A counter under `name`, which ends in `_total` by custom. */
  counter(name: string, help: string): Counter {
    const counter = new Counter();
    this.#add(name, { type: 'counter', help, read: () => counter.values() });
    return counter;
  }

  /** A value that is asked for when somebody reads the metrics. */
  gauge(name: string, help: string, read: () => number): void {
    this.#add(name, { type: 'gauge', help, read: () => [[{}, read()]] });
  }

  /** Like gauge, for a value that only grows and is counted elsewhere. */
  counted(name: string, help: string, read: () => number): void {
    this.#add(name, { type: 'counter', help, read: () => [[{}, read()]] });
  }

  /** The exposition text. */
  text(): string {
    return [...this.#families].map(([name, family]) => familyText(name, family)).join('');
  }

  #add(name: string, family: Family): void {
    if (this.#families.has(name)) throw new Error(`the metric ${name} is there already`);
    this.#families.set(name, family);
  }
}

function familyText(name: string, { type, help, read }: Family): string {
  const lines = [`# HELP ${name} ${help.replaceAll('\n', ' ')}`, `# TYPE ${name} ${type}`];
  for (const [labels, value] of read()) lines.push(`${name}${labelText(labels)} ${value}`);
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`).replaceAll('\n', String.raw`\n`);
}
