/** The conversation beside a call or a room: what was written, what is unread, and sending. */
import { batch, signal, type ReadonlySignal } from '@preact/signals';
import { failureOf, type FailureId } from '../../connection/failure.ts';
import { textProblem, withLine, withState, type ChatLine } from './chat-log.ts';

export interface ChatOptions {
  /** Sends a text to everybody, or to one. Rejects with a FailureError where that did not work. */
  readonly send: (text: string, to: string | undefined) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Somebody else wrote. */
  readonly onHeard?: (line: ChatLine) => void;
}

/** What came from outside, with what is the conversation's own to add left out. */
export type HeardLine = Pick<ChatLine, 'from' | 'to' | 'private' | 'at' | 'text'>;

export class Chat {
  readonly #options: ChatOptions;
  readonly #lines = signal<readonly ChatLine[]>([]);
  readonly #unread = signal(0);
  readonly #problem = signal<FailureId | undefined>(undefined);
  readonly #ready = signal(true);
  #open = false;
  #keys = 0;

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  get lines(): ReadonlySignal<readonly ChatLine[]> {
    return this.#lines;
  }

  get unread(): ReadonlySignal<number> {
    return this.#unread;
  }

  /** Why the last text was not sent. */
  get problem(): ReadonlySignal<FailureId | undefined> {
    return this.#problem;
  }

  /** Whether texts can be sent now. */
  get ready(): ReadonlySignal<boolean> {
    return this.#ready;
  }

  setReady(ready: boolean): void {
    this.#ready.value = ready;
  }

  /** To be called as the panel opens and closes: an open one has nothing unread. */
  show(open: boolean): void {
    this.#open = open;
    if (open) this.#unread.value = 0;
  }

  /** Clears the word on what went wrong, once the person goes on writing. */
  forgive(): void {
    this.#problem.value = undefined;
  }

  hear(heard: HeardLine): void {
    const line: ChatLine = { ...heard, key: ++this.#keys, own: false, state: 'sent' };
    batch(() => {
      this.#lines.value = withLine(this.#lines.peek(), line);
      if (!this.#open && line.from !== undefined) this.#unread.value += 1;
    });
    this.#options.onHeard?.(line);
  }

  /** Says what the conversation itself has to tell: its opening and closing. */
  note(text: string): void {
    const line: ChatLine = { key: ++this.#keys, from: undefined, own: false, to: undefined, private: false, at: this.#options.now(), text, state: 'sent' };
    this.#lines.value = withLine(this.#lines.peek(), line);
  }

  /** @returns whether it was accepted for sending, so that the field may be emptied */
  async say(text: string, to?: string): Promise<boolean> {
    const problem = textProblem(text);
    this.#problem.value = problem;
    if (problem) return false;
    const key = ++this.#keys;
    const line: ChatLine = { key, from: undefined, own: true, to, private: to !== undefined, at: this.#options.now(), text: text.trim(), state: 'sending' };
    this.#lines.value = withLine(this.#lines.peek(), line);
    try {
      await this.#options.send(line.text, to);
      this.#lines.value = withState(this.#lines.peek(), key, 'sent');
    } catch (error) {
      batch(() => {
        this.#lines.value = withState(this.#lines.peek(), key, 'failed');
        this.#problem.value = failureOf(error).id;
      });
    }
    return true;
  }
}
