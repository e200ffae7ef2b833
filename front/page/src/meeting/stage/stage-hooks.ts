/** What the stage listens to: its own size, keys, and the time that passes. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { clockText } from '../../remote/time-text.ts';
import { meetingCommand, type MeetingCommand } from './keyboard.ts';

interface Ref<T> {
  readonly current: T | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** @returns CSS pixels inside the element, 0 before it was measured */
export function useSize(place: Ref<HTMLElement>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return size;
}

export function useMeetingKeys(actions: Readonly<Partial<Record<MeetingCommand, () => void>>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.repeat) return;
      const { target } = event;
      const typing = target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
      const command = meetingCommand(event, typing);
      const action = command && latest.current[command];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** @param since milliseconds on the page's clock @returns `3:07`, or `1:02:09`; empty before it began */
export function useElapsed(since: number | undefined): string {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (since === undefined) return undefined;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  return since === undefined ? '' : clockText(Math.max(0, now - since) / 1_000);
}
