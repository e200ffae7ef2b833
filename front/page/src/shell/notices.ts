/** Short sentences about what has just happened, which go away by themselves; few at a time, for they are seen over everything else. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Timing } from '../connection/timing.ts';

export interface NoticeContent {
  readonly text: string;
  /** `good`: what one wanted has happened. `bad`: it has not. `plain`: something else has. */
  readonly tone: 'good' | 'bad' | 'plain';
  /** A screen that the sentence is about. */
  readonly link?: { readonly label: string; readonly href: string };
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface Notice extends NoticeContent {
  readonly id: number;
}

/** Older ones make room. */
export const MAX_NOTICES = 3;
/** Long enough to read twenty words, ms. */
export const NOTICE_MS = 7_000;
/** While one is held (by the pointer or the focus), it is looked again after this long whether it may go, ms. */
const HELD_MS = 1_500;

export class Notices {
  readonly #list = signal<readonly Notice[]>([]);
  readonly #timing: Timing;
  readonly #say: (text: string) => void;
  #lastId = 0;
  #held = false;

  /** @param say tells screen readers */
  constructor(timing: Timing, say: (text: string) => void) {
    this.#timing = timing;
    this.#say = say;
  }

  get list(): ReadonlySignal<readonly Notice[]> {
    return this.#list;
  }

  show(content: NoticeContent): void {
    const id = (this.#lastId += 1);
    this.#list.value = [...this.#list.peek(), { ...content, id }].slice(-MAX_NOTICES);
    this.#say(content.text);
    this.#dismissAfter(NOTICE_MS, id);
  }

  dismiss(id: number): void {
    this.#list.value = this.#list.peek().filter((notice) => notice.id !== id);
  }

  /** Nothing goes away under the pointer or from under the focus. */
  hold(held: boolean): void {
    this.#held = held;
  }

  #dismissAfter(ms: number, id: number): void {
    this.#timing.after(ms, () => {
      if (this.#held) this.#dismissAfter(HELD_MS, id);
      else this.dismiss(id);
    });
  }
}
