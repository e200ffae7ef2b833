/** The end of a service that does not send anybody away: nobody new comes in, and it waits until the last has left. */

export class Drain {
  readonly #isEmpty: () => boolean;
  #begun = false;
  #done: () => void = () => undefined;

  /** @param isEmpty whether nobody is left */
  constructor(isEmpty: () => boolean) {
    this.#isEmpty = isEmpty;
  }

  /** Whether nobody new may come in any more. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Resolves when nobody is left, or when `signal` says that whoever is left has to go. */
  begin(signal: AbortSignal): Promise<void> {
    this.#begun = true;
    return new Promise((resolve) => {
      this.#done = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted || this.#isEmpty()) resolve();
    });
  }

  /** To be called whenever somebody has left. */
  somebodyLeft(): void {
    if (this.#begun && this.#isEmpty()) this.#done();
  }
}
