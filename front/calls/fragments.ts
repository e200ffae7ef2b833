/** Candidates of one side on their way to the other: INFO with an SDP fragment (RFC 8840), one after the other, once there is a dialog. */
import type { Dialog } from '../../shared/sip/index.ts';

export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** Longest fragment, characters. */
export const MAX_FRAGMENT_CHARACTERS = 4_096;

/** Fragments that wait to be sent. A browser finds a few dozen candidates. */
const MAX_WAITING = 100;

const LINES = /^(?:[a-z]=[^\p{Cc}]*\r?\n?)+$/u;

/** Whether it is lines of SDP, of whatever meaning: the browser reads them. */
export function isFragment(text: string): boolean {
  return text.length <= MAX_FRAGMENT_CHARACTERS && LINES.test(text);
}

export class Fragments {
  readonly #waiting: string[] = [];
  #dialog: Dialog | undefined;
  #sending = false;

  /** @returns false when too many wait already */
  send(fragment: string): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(fragment);
    void this.#sendAll();
    return true;
  }

  /** What waits, and what comes, can be sent in this dialog. */
  flow(dialog: Dialog): void {
    this.#dialog = dialog;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    const dialog = this.#dialog;
    if (this.#sending || !dialog) return;
    this.#sending = true;
    try {
      for (let body = this.#waiting.shift(); body !== undefined; body = this.#waiting.shift()) {
        await dialog.request('INFO', { body, contentType: FRAGMENT_TYPE, headers: { 'Info-Package': 'trickle-ice' } });
      }
    } catch {
      // The call has ended, as its owner hears from the dialog.
      this.#waiting.length = 0;
    } finally {
      this.#sending = false;
    }
  }
}
