/** The lines that a process has printed, and waiting for one that is there already or still to come. */

export interface LogLine {
  /** The text as printed. */
  text: string;
  /** Its JSON, where the line is a log record. */
  record: LogRecord | undefined;
  stream: 'stdout' | 'stderr';
}

export interface LogRecord {
  level: string;
  msg: string;
  [field: string]: unknown;
}

interface Waiter {
  matches: (line: LogLine) => boolean;
  found: (line: LogLine) => void;
  failed: (error: Error) => void;
}

/** Lines kept; older ones go, so that a service under load does not fill the test's memory. */
const MAX_LINES = 20_000;

export class LineLog {
  readonly lines: LogLine[] = [];
  readonly #waiters = new Set<Waiter>();
  #ended: Error | undefined;

  /** Reads `stream` line by line until it ends. */
  follow(stream: NodeJS.ReadableStream, name: 'stdout' | 'stderr'): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const text of parts) this.#add(text, name);
    });
    stream.on('end', () => {
      if (rest !== '') this.#add(rest, name);
    });
  }

  /** The first line that matches, printed before or after this call; rejects once no more lines can come. */
  async waitFor(matches: (line: LogLine) => boolean, { from = 0 }: { from?: number } = {}): Promise<LogLine> {
    const known = this.lines.slice(from).find(matches);
    if (known !== undefined) return known;
    if (this.#ended !== undefined) throw this.#ended;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        matches,
        found: (line) => {
          this.#waiters.delete(waiter);
          resolve(line);
        },
        failed: reject,
      };
      this.#waiters.add(waiter);
    });
  }

  /** No more lines will come, because of `reason`. */
  end(reason: Error): void {
    this.#ended = reason;
    for (const waiter of this.#waiters) waiter.failed(reason);
    this.#waiters.clear();
  }

  toString(): string {
    return this.lines.map(({ text }) => text).join('\n');
  }

  #add(text: string, stream: 'stdout' | 'stderr'): void {
    const line: LogLine = { text, record: parseRecord(text), stream };
    this.lines.push(line);
    if (this.lines.length > MAX_LINES) this.lines.shift();
    for (const waiter of [...this.#waiters]) if (waiter.matches(line)) waiter.found(line);
  }
}

function parseRecord(text: string): LogRecord | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as LogRecord;
  } catch {
    return undefined;
  }
}
