/** What a member tells the focus about himself, by INFO: states and not changes, so that what waits is merged and only the latest is sent. */
import type { Clock, Dialog } from '../../shared/sip/index.ts';

export interface MemberReport {
  readonly audio?: boolean;
  readonly video?: boolean;
  readonly screen?: boolean;
  readonly name?: string;
  /** Heights in pixels at which others' pictures are shown, by member; 0 for not at all. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** Members whose sizes wait together; a room has fewer. */
const MAX_SIZES = 500;

/** A focus that knows the member not yet, for an ACK was lost, is told again after this, ms, and so often at most. */
const AGAIN_MS = 1_000;
const MAX_ATTEMPTS = 10;

export class StateReports {
  readonly #dialog: Dialog;
  readonly #clock: Clock;
  #waiting: MemberReport | undefined;
  #sending = false;

  constructor(dialog: Dialog, clock: Clock) {
    this.#dialog = dialog;
    this.#clock = clock;
  }

  report(report: MemberReport): void {
    this.#waiting = merged(this.#waiting, report);
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let attempts = 1; this.#waiting; attempts++) {
        const report = this.#waiting;
        this.#waiting = undefined;
        const { status } = await this.#dialog.request('INFO', { body: JSON.stringify(report), contentType: 'application/json' });
        if (status < 500) attempts = 0;
        else if (attempts < MAX_ATTEMPTS) {
          this.#waiting = merged(report, this.#waiting);
          await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, AGAIN_MS));
        }
      }
    } catch {
      // The member is out, as he hears from the dialog.
      this.#waiting = undefined;
    } finally {
      this.#sending = false;
    }
  }
}

function merged(earlier: MemberReport = {}, later: MemberReport = {}): MemberReport {
  const sizes = { ...earlier.sizes, ...later.sizes };
  return { ...earlier, ...later, ...(Object.keys(sizes).length === 0 ? {} : { sizes: Object.fromEntries(Object.entries(sizes).slice(-MAX_SIZES)) }) };
}
