/** Texts on their way to one member: MESSAGEs in his dialog, one after the other, for a later CSeq that overtakes is the end of the earlier. */
import type { Logger } from '../../shared/log/logger.ts';
import { CPIM_TYPE } from '../../shared/cpim/cpim.ts';
import type { Dialog } from '../../shared/sip/index.ts';

/** Texts that wait for a member who is slow; more are lost to him. */
const MAX_WAITING = 200;
/** A re-INVITE that overtook the text, or some such trouble of a moment: it is sent once more. */
const SERVER_ERROR = 500;

export class Outbox {
  readonly #dialog: Pick<Dialog, 'request' | 'ended'>;
  readonly #log: Logger;
  readonly #waiting: string[] = [];
  #isSending = false;

  constructor(dialog: Pick<Dialog, 'request' | 'ended'>, log: Logger) {
    this.#dialog = dialog;
    this.#log = log;
  }

  /** @param message in CPIM */
  push(message: string): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#log.debug('a member takes texts too slowly: one is lost to him');
      return;
    }
    this.#waiting.push(message);
    if (!this.#isSending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    try {
      for (let body = this.#waiting.shift(); body !== undefined && !this.#dialog.ended; body = this.#waiting.shift()) {
        const message = { body, contentType: CPIM_TYPE };
        const { status } = await this.#dialog.request('MESSAGE', message);
        if (status === SERVER_ERROR) await this.#dialog.request('MESSAGE', message);
      }
    } catch (err) {
      // The dialog has ended, or is about to; who sees to it that the member leaves hears of that.
      this.#log.debug({ err }, 'a text did not reach a member');
    } finally {
      this.#isSending = false;
      this.#waiting.length = 0;
    }
  }
}
