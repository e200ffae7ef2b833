/** A list as last heard; it is heard by NOTIFY and by asking, and a slow answer must not undo a newer one. */

export class LatestList<Entry> {
  #current: readonly Entry[] | undefined;
  #text = '';
  #begun = 0;
  #taken = 0;
  readonly #listeners: ((entries: readonly Entry[]) => void)[] = [];

  /** Undefined until something was heard. */
  get current(): readonly Entry[] | undefined {
    return this.#current;
  }

  /** Called with each list that differs from the one before. */
  onChange(listener: (entries: readonly Entry[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Begins a reading, which may take a while. The function that comes back takes its result, unless a reading begun later was faster. */
  begin(): (entries: readonly Entry[]) => void {
    const number = ++this.#begun;
    return (entries) => {
      if (number < this.#taken) return;
      this.#taken = number;
      const text = JSON.stringify(entries);
      if (text === this.#text) return;
      this.#text = text;
      this.#current = entries;
      for (const listener of this.#listeners) listener(entries);
    };
  }
}
