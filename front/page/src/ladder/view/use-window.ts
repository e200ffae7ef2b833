/** Which rows of a long list are in sight, with some around them; and whoever looks at its end goes on doing so when it grows. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const AROUND = 12;
/** Whoever is so near the end counts as being there, px. */
const END_PX = 24;

export interface RowWindow {
  readonly first: number;
  /** The row after the last one. */
  readonly last: number;
  /** Whether the end of the list is in sight. */
  readonly atEnd: boolean;
  readonly onScroll: () => void;
}

export interface RowWindowOptions {
  /** What scrolls. */
  readonly place: { readonly current: HTMLElement | null };
  readonly count: number;
  readonly rowPx: number;
  /** Whether the end is to stay in sight. */
  readonly follow: boolean;
}

export function useWindow({ place, count, rowPx, follow }: RowWindowOptions): RowWindow {
  const [seen, setSeen] = useState({ top: 0, height: 800, atEnd: true });
  const wasAtEnd = useRef(true);
  const look = (): void => {
    const element = place.current;
    if (!element) return;
    const { scrollTop: top, clientHeight: height, scrollHeight } = element;
    const atEnd = top + height >= scrollHeight - END_PX;
    wasAtEnd.current = atEnd;
    setSeen((before) => (before.top === top && before.height === height && before.atEnd === atEnd ? before : { top, height, atEnd }));
  };
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (follow && wasAtEnd.current) place.current?.scrollTo({ top: place.current.scrollHeight });
    // A shorter list may have scrolled by itself.
    look();
  }, [count, follow]);
  const first = Math.max(0, Math.min(count, Math.floor(seen.top / rowPx)) - AROUND);
  return { first, last: Math.min(count, Math.ceil((seen.top + seen.height) / rowPx) + AROUND), atEnd: seen.atEnd, onScroll: look };
}
