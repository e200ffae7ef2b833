/** Waiting that can be cut short: for a time, on a clock that a test can hand in, and for others. */
import type { Clock } from '../../shared/sip/timing/clock.ts';

/** Resolves after `ms`, or as soon as `signal` is aborted. */
export async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const wake = () => {
      cancel();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** What the promise that `begin` makes comes to, or undefined as soon as `signal` is aborted; then nothing is begun. */
export async function unlessAborted<Result>(signal: AbortSignal, begin: () => Promise<Result>): Promise<Result | undefined> {
  if (signal.aborted) return undefined;
  let stop = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([begin(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
