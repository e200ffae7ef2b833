/** Whether the engine does what it should, told once when it stops and once when it does so again. */

export type EngineReport =
  /** It cannot be reached, or does not confirm: nothing new is accepted. */
  | { readonly kind: 'failing'; readonly error: unknown }
  | { readonly kind: 'recovered' }
  /** It has lost all that it held, and gets back what is known here. */
  | { readonly kind: 'emptied'; readonly entries: number }
  /** What stands under a key of ours makes no sense; it is passed over. */
  | { readonly kind: 'senseless'; readonly key: string };

export class Condition {
  readonly #report: (report: EngineReport) => void;
  readonly #onFailing: () => void;
  #failing = false;

  /** @param onFailing called when it stops doing so */
  constructor(report: (report: EngineReport) => void, onFailing: () => void) {
    this.#report = report;
    this.#onFailing = onFailing;
  }

  get failing(): boolean {
    return this.#failing;
  }

  failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    this.#report({ kind: 'failing', error });
    this.#onFailing();
  }

  worked(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#report({ kind: 'recovered' });
  }
}
