/** An answered call as the rest of front sees it: one INVITE dialog (RFC 3261 §12). */
import { formatFailureReason, readFailureReason, type ConnectionFailure, type ConnectionFailureId } from '../../shared/diagnosis/connection-failure.ts';
import type { Dialog } from '../../shared/sip/index.ts';
import type { Watch } from '../watch/caller.ts';

/** What viewers are told of an ended call, where the other side gave no reason of its own. */
const REASONS: Readonly<Record<string, string>> = {
  'remote-bye': 'the streamer has ended it',
  timeout: 'the streamer is no longer there',
};
const UNKNOWN_REASON = 'the connection to the streamer was lost';

const CALL_UNKNOWN = 481;
const REQUEST_TIMEOUT = 408;

export class SipWatch implements Watch {
  readonly answer: string;
  readonly #dialog: Dialog;
  #ending = false;

  constructor(dialog: Dialog, answer: string) {
    this.#dialog = dialog;
    this.answer = answer;
  }

  get callId(): string {
    return this.#dialog.callId;
  }

  async end(because?: ConnectionFailure): Promise<void> {
    this.#ending = true;
    await this.#dialog.bye(because && formatFailureReason(because));
  }

  async alive(): Promise<boolean> {
    try {
      const { status } = await this.#dialog.request('OPTIONS');
      return status !== CALL_UNKNOWN && status !== REQUEST_TIMEOUT;
    } catch {
      // Nobody answered within 64*T1, or the call ended meanwhile.
      return false;
    }
  }

  onEnded(listener: (reason: string, error?: ConnectionFailureId) => void): void {
    this.#dialog.onEnded((reason) => {
      if (this.#ending) return;
      const failure = readFailureReason(this.#dialog.byeReason);
      if (failure) listener(failure.sentence, failure.id);
      else listener(REASONS[reason] ?? UNKNOWN_REASON);
    });
  }
}
