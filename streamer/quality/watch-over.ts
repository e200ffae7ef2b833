/** Gives a viewer his {@link Quality}: renditions out of the tracks that can go to him. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { MakeQuality } from '../fanout/quality-control.ts';
import { Quality } from './quality.ts';

export function watchOver(clock: Clock): MakeQuality {
  return (tracks) =>
    new Quality({
      clock,
      // Where there is no choice it is estimated what his way carries, and no more.
      renditions: tracks.map(({ id, rendition }) => ({ track: id, name: rendition?.name ?? '', bitsPerSecond: rendition?.bitsPerSecond ?? 0 })),
    });
}
