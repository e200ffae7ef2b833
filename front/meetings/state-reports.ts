/** What a member tells the focus about himself, by INFO: states and not changes, so that what waits is merged and only the latest is sent. */
import type { Dialog } from '../../shared/sip/index.ts';

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

export class StateReports {
  readonly #dialog: Dialog;
  #waiting: MemberReport | undefined;
  #sending = false;

  constructor(dialog: Dialog) {
    this.#dialog = dialog;
  }

  report(report: MemberReport): void {
    const { sizes } = report;
    const merged = { ...this.#waiting, ...report, ...(sizes && { sizes: mergedSizes(this.#waiting?.sizes, sizes) }) };
    this.#waiting = merged;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#waiting) {
        const body = JSON.stringify(this.#waiting);
        this.#waiting = undefined;
        await this.#dialog.request('INFO', { body, contentType: 'application/json' });
      }
    } catch {
      // The member is out, as he hears from the dialog.
      this.#waiting = undefined;
    } finally {
      this.#sending = false;
    }
  }
}

function mergedSizes(waiting: Readonly<Record<string, number>> = {}, latest: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries({ ...waiting, ...latest }).slice(-MAX_SIZES));
}
