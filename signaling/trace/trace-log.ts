/** The messages that passed lately, numbered, for those who read along: bounded in number, in bytes, and by second. */

/** What is kept for readers that are slower than the traffic. */
const MAX_MESSAGES = 1000;
const MAX_CHARACTERS = 2 * 1024 * 1024;
/** More in a second are counted, not kept. */
export const MAX_PER_SECOND = 200;

export interface TracedMessage {
  /** Milliseconds since 1970, with fractions. */
  readonly at: number;
  /** `ip:port`. */
  readonly source: string;
  readonly target: string;
  /** Whether the daemon has sent it, or received it. */
  readonly outbound: boolean;
  /** It was thrown away in place of being sent. */
  readonly lost: boolean;
  /** Bytes of the datagram, where `raw` has not all of it. */
  readonly bytes: number | undefined;
  readonly raw: string;
}

/** How far a reader has read. */
export interface Bookmark {
  /** Number of the next message. */
  readonly next: number;
  /** Messages that were only counted until then. */
  readonly skipped: number;
}

export interface Unread {
  /** Number of the first message. */
  readonly from: number;
  readonly messages: readonly TracedMessage[];
  /** How many the reader has missed before it. */
  readonly dropped: number;
}

export class TraceLog {
  readonly #messages: TracedMessage[] = [];
  #characters = 0;
  /** Number of the oldest message that is kept. */
  #first = 0;
  #skipped = 0;
  #tokens = MAX_PER_SECOND;
  #filledAt = -Infinity;

  /** Where somebody begins who reads from now on. */
  get end(): Bookmark {
    return { next: this.#first + this.#messages.length, skipped: this.#skipped };
  }

  /** @returns whether it was kept, and not only counted */
  add(message: TracedMessage): boolean {
    if (!this.#admit(message.at)) {
      this.#skipped++;
      return false;
    }
    this.#messages.push(message);
    this.#characters += message.raw.length;
    while (this.#messages.length > MAX_MESSAGES || this.#characters > MAX_CHARACTERS) this.#dropOldest();
    return true;
  }

  /** What a reader has not read yet. */
  since({ next, skipped }: Bookmark): Unread {
    const from = Math.max(next, this.#first);
    return { from, messages: this.#messages.slice(from - this.#first), dropped: from - next + this.#skipped - skipped };
  }

  /** Forgets all messages: nobody reads. */
  clear(): void {
    this.#first += this.#messages.length;
    this.#messages.length = 0;
    this.#characters = 0;
  }

  #admit(at: number): boolean {
    this.#tokens = Math.min(MAX_PER_SECOND, this.#tokens + (Math.max(0, at - this.#filledAt) * MAX_PER_SECOND) / 1000);
    this.#filledAt = at;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  #dropOldest(): void {
    this.#characters -= this.#messages.shift()?.raw.length ?? 0;
    this.#first++;
  }
}
