/** The page's clock, handed in wherever something waits, so that tests decide when time passes. */

export interface Timing {
  /** Milliseconds from an arbitrary origin, never going backwards. */
  now(): number;
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

export const browserTiming: Timing = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
