/** Frames of sound and picture for tests: their bytes mean nothing, but their headers are true. */
import { Packetizer } from '../../../streamer/source/packetizer.ts';
import { OPUS, VP8, type EncodedFrame, type MediaFrame, type Source, type Track } from '../../../streamer/source/source.ts';
import { SourceListeners } from '../../../streamer/source/listeners.ts';

export const VIDEO: Track = { id: 0, kind: 'video', codec: VP8 };
export const AUDIO: Track = { id: 1, kind: 'audio', codec: OPUS };

/** First byte of a VP8 frame: bit 0 clear for a keyframe (RFC 6386 §9.1). */
export function picture(seconds: number, { keyframe = false, bytes = 100 } = {}): EncodedFrame {
  const data = Buffer.alloc(bytes, 0xee);
  data[0] = keyframe ? 0x10 : 0x11;
  return { track: VIDEO.id, kind: 'video', seconds, keyframe, data };
}

/** An Opus packet of 20 ms. */
export function sound(seconds: number): EncodedFrame {
  return { track: AUDIO.id, kind: 'audio', seconds, keyframe: true, data: Buffer.from([0xfc, 1, 2, 3]) };
}

/** A source whose frames a test emits by hand. */
export class ManualSource implements Source {
  readonly tracks: readonly Track[];
  epoch = 0;
  started = false;
  stopped = false;
  readonly #listeners = new SourceListeners();
  readonly #packetizers: ReadonlyMap<number, Packetizer>;

  constructor(tracks: readonly Track[] = [VIDEO, AUDIO]) {
    this.tracks = tracks;
    this.#packetizers = new Map(tracks.map((track) => [track.id, new Packetizer(track)]));
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#listeners.onFrame(listener);
  }

  onFailure(listener: (error: Error) => void): void {
    this.#listeners.onFailure(listener);
  }

  start(): void {
    this.started = true;
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }

  emit(...frames: readonly EncodedFrame[]): void {
    for (const frame of frames) {
      const packetized = this.#packetizers.get(frame.track)?.packetize(frame);
      if (packetized) this.#listeners.frame(packetized);
    }
  }
}
