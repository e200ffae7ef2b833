/** Every page that is open now, and word of those that come and go. */
import type { Viewer } from '../viewers/viewer.ts';
import type { Page } from './page.ts';

type PageListener = (page: Page) => void;

export class Pages {
  readonly #byViewer = new Map<Viewer, Set<Page>>();
  readonly #came: PageListener[] = [];
  readonly #gone: PageListener[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): Iterator<Page> {
    for (const pages of this.#byViewer.values()) yield* pages;
  }

  of(viewer: Viewer): readonly Page[] {
    return [...(this.#byViewer.get(viewer) ?? [])];
  }

  has(page: Page): boolean {
    return this.#byViewer.get(page.viewer)?.has(page) === true;
  }

  onCame(listener: PageListener): void {
    this.#came.push(listener);
  }

  /** The page is no longer among those of its viewer then. */
  onGone(listener: PageListener): void {
    this.#gone.push(listener);
  }

  add(page: Page): void {
    const pages = this.#byViewer.get(page.viewer) ?? new Set();
    this.#byViewer.set(page.viewer, pages);
    if (pages.has(page)) return;
    pages.add(page);
    this.#size++;
    for (const listener of this.#came) listener(page);
  }

  delete(page: Page): void {
    const pages = this.#byViewer.get(page.viewer);
    if (!pages?.delete(page)) return;
    this.#size--;
    if (pages.size === 0) this.#byViewer.delete(page.viewer);
    for (const listener of this.#gone) listener(page);
  }
}
