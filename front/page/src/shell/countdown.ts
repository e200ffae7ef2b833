/** Counts down to a moment on the page's clock, in whole seconds. */
import { useEffect, useState } from 'preact/hooks';

/** @param until milliseconds on the page's clock; undefined or 0 for none @returns seconds left, rounded up */
export function useCountdown(until: number | undefined): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!until) return undefined;
    setNow(performance.now());
    const timer = setInterval(() => setNow(performance.now()), 250);
    return () => clearInterval(timer);
  }, [until]);
  return until ? Math.max(0, Math.ceil((until - now) / 1000)) : 0;
}
