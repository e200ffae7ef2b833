/** How long nothing came to one viewer, of sound and of picture each: over all of his connections, as he would notice it. */
import type { MediaKind } from '../../../streamer/source/source.ts';

/** Shorter ones are jitter, ms. */
const SHORTEST_MS = 100;

export interface Gap {
  readonly kind: MediaKind;
  /** On the clock of performance.now(), ms. */
  readonly from: number;
  readonly to: number;
}

export class Gaps {
  readonly #last = new Map<MediaKind, number>();
  readonly #gaps: Gap[] = [];

  /** Something came, and can be shown. */
  arrived(kind: MediaKind, at = performance.now()): void {
    const last = this.#last.get(kind);
    this.#last.set(kind, at);
    if (last !== undefined && at - last >= SHORTEST_MS) this.#gaps.push({ kind, from: last, to: at });
  }

  /** When picture came last; undefined when none ever did. */
  get lastPicture(): number | undefined {
    return this.#last.get('video');
  }

  /** How long nothing came for, at most, ms: of gaps that ended after `since`, and of those that have not ended; what of a gap was before `since` counts as well. */
  longest(since: number, now = performance.now()): number {
    const ended = this.#gaps.filter(({ to }) => to > since).map(({ from, to }) => to - from);
    const open = [...this.#last.values()].map((last) => now - last);
    return Math.max(0, ...ended, ...open);
  }

  /** When the last of the gaps ended that ended after `since`; undefined when there was none of `ms` or more. */
  lastEnd(since: number, ms: number): number | undefined {
    const ends = this.#gaps.filter(({ from, to }) => to > since && to - from >= ms).map(({ to }) => to);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }
}
