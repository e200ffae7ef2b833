/** Says to screen readers what others see happen. */
import { signal, type ReadonlySignal } from '@preact/signals';

export class Announcer {
  readonly #text = signal('');

  get text(): ReadonlySignal<string> {
    return this.#text;
  }

  /** The same sentence again is spoken again: an invisible mark makes it a new text. */
  say(text: string): void {
    this.#text.value = text === this.#text.peek() ? `${text}\u200b` : text;
  }
}
