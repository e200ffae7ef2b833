/** A value that is dear to find out and seldom changes: asked for anew only after a while. */
import type { Clock } from '../../shared/sip/timing/clock.ts';

/** @param ms how long what was read is good for */
export function remembered<Value>(read: () => Value, ms: number, clock: Pick<Clock, 'now'>): () => Value {
  let known: { readonly value: Value; readonly until: number } | undefined;
  return () => {
    if (!known || clock.now() >= known.until) known = { value: read(), until: clock.now() + ms };
    return known.value;
  };
}
