/** Tells the operator when packets are given up: viewers see a picture that breaks up, and cannot know why. */
import type { Logger } from '../../shared/log/logger.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Egress } from './egress.ts';

/** At most one line in this time. */
const INTERVAL_MS = 10_000;

/** @returns ends it */
export function reportDrops({ counters }: Pick<Egress, 'counters'>, log: Pick<Logger, 'warn'>, clock: Clock): Cancel {
  let known = { ...counters };
  let cancel: Cancel;
  const look = (): void => {
    const dropped = counters.dropped - known.dropped;
    const full = counters.full - known.full;
    known = { ...counters };
    if (dropped > 0) log.warn({ dropped, full }, 'packets were given up: the network takes less than the viewers need, or some of them cannot be reached');
    cancel = clock.setTimeout(look, INTERVAL_MS);
  };
  cancel = clock.setTimeout(look, INTERVAL_MS);
  return () => cancel();
}
