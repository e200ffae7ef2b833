/** Which rows of a long list are in sight, with some around them. */
import { useLayoutEffect, useState } from 'preact/hooks';

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

export function useWindow(place: { readonly current: HTMLElement | null }, count: number, rowPx: number): RowWindow {
  const [seen, setSeen] = useState({ top: 0, height: 800, atEnd: true });
  const look = (): void => {
    const element = place.current;
    if (!element) return;
    const { scrollTop: top, clientHeight: height, scrollHeight } = element;
    setSeen((before) => {
      const atEnd = top + height >= scrollHeight - END_PX;
      return before.top === top && before.height === height && before.atEnd === atEnd ? before : { top, height, atEnd };
    });
  };
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // A shorter list may have scrolled by itself.
  useLayoutEffect(look, [count]);
  const first = Math.max(0, Math.min(count, Math.floor(seen.top / rowPx)) - AROUND);
  return { first, last: Math.min(count, Math.ceil((seen.top + seen.height) / rowPx) + AROUND), atEnd: seen.atEnd, onScroll: look };
}
