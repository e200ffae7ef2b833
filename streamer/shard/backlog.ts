/** The frames of each track since its latest keyframe: what a shard that starts late has to know to serve viewers at once. */
import type { MediaFrame } from '../source/source.ts';

/** Of a track without keyframes for long, nothing is kept until the next one: no viewer would be started so far back either. */
const MAX_PACKETS = 1_024;

interface TrackBacklog {
  readonly frames: MediaFrame[];
  packets: number;
}

export class Backlog {
  readonly #tracks = new Map<number, TrackBacklog>();

  add(frame: MediaFrame): void {
    if (frame.keyframe) this.#tracks.set(frame.track, { frames: [], packets: 0 });
    const track = this.#tracks.get(frame.track);
    if (!track) return;
    track.packets += frame.packets.length;
    if (track.packets > MAX_PACKETS) this.#tracks.delete(frame.track);
    else track.frames.push(frame);
  }

  /** In the order of each track; tracks one after the other. */
  frames(): readonly MediaFrame[] {
    return [...this.#tracks.values()].flatMap(({ frames }) => frames);
  }
}
