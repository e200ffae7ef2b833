/**
 * Two elements that take turns: people see one, while the other decodes what is to be seen next. Moving a stream from one element to
 * another instead leaves Firefox without a new picture for a second or more.
 */
import { signal } from '@preact/signals';
import { holdPicture } from './hold-picture.ts';

/** iPhones show an element, and nothing around it, on the full screen. */
interface OlderVideo {
  readonly webkitDisplayingFullscreen?: boolean;
}

export class Screens {
  readonly #turned = signal(false);
  readonly #elements: [HTMLVideoElement | null, HTMLVideoElement | null] = [null, null];
  #cover: HTMLCanvasElement | null = null;

  /** To be given to the elements, and to what can be laid over them, as references. */
  readonly refs = {
    first: (element: HTMLVideoElement | null): void => this.#set(0, element),
    second: (element: HTMLVideoElement | null): void => this.#set(1, element),
    cover: (element: HTMLCanvasElement | null): void => void (this.#cover = element),
  };

  /** What people see. */
  get seen(): HTMLVideoElement | null {
    return this.#elements[this.#turned.peek() ? 1 : 0];
  }

  /** The same; an effect that reads it hears of each turn. */
  get current(): HTMLVideoElement | null {
    return this.#elements[this.#turned.value ? 1 : 0];
  }

  /** The other one; undefined where it cannot take over now, since the one that is seen is shown outside of the page. */
  get unseen(): HTMLVideoElement | undefined {
    const { seen } = this;
    const isElsewhere = seen !== null && (document.pictureInPictureElement === seen || (seen as OlderVideo).webkitDisplayingFullscreen === true);
    return isElsewhere ? undefined : (this.#elements[this.#turned.peek() ? 0 : 1] ?? undefined);
  }

  /** The two change places; the one that people no longer see falls silent. */
  turn(): void {
    this.#turned.value = !this.#turned.peek();
    this.#mark();
    const { unseen } = this;
    if (unseen) unseen.muted = true;
  }

  /** Keeps in sight what is seen, while it is given another stream. @returns to be called when it has been given */
  hold(): () => void {
    return holdPicture(this.seen, this.#cover);
  }

  #set(index: 0 | 1, element: HTMLVideoElement | null): void {
    this.#elements[index] = element;
    this.#mark();
  }

  /** For the style sheet. */
  #mark(): void {
    for (const element of this.#elements) element?.toggleAttribute('data-unseen', element !== this.seen);
  }
}
