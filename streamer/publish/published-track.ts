/** One track of what somebody publishes: his packets become frames, in packets that all viewers share. */
import type { Encoding } from '../forwarding/encoding.ts';
import type { Subscriber } from '../forwarding/publication.ts';
import type { PublishedPacket } from '../forwarding/published-packet.ts';
import { hasParameterSets, parameterSets } from '../rtp/h264.ts';
import { PAYLOAD_FORMATS } from '../rtp/payload-format.ts';
import { UNPACKING } from '../rtp/unpacking.ts';
import { Packetizer } from '../source/packetizer.ts';
import type { MediaFrame, Track } from '../source/source.ts';
import { FrameAssembler, type AssembledFrame } from './frame-assembler.ts';
import type { Timeline } from './timeline.ts';

/** A packet of a picture is asked for eight times, over most of this. */
const PICTURE_PATIENCE_MS = 500;
/** Of sound, a packet that was overtaken; hardly anybody sends it again. */
const SOUND_PATIENCE_MS = 60;
/** Kept for pictures that come without their own. */
const MAX_PARAMETER_BYTES = 4_096;

export interface PublishedTrackOptions {
  readonly track: Track;
  readonly timeline: Timeline;
  /** How long a missing packet of sound is waited for, ms; {@link SOUND_PATIENCE_MS} unless given. */
  readonly soundPatienceMs?: number;
  readonly onFrame: (frame: MediaFrame, now: number) => void;
}

export class PublishedTrack implements Subscriber {
  readonly #options: PublishedTrackOptions;
  readonly #packetizer: Packetizer;
  #encoding: Encoding | undefined;
  #assembler: FrameAssembler | undefined;
  #parameters: Buffer = Buffer.alloc(0);

  constructor(options: PublishedTrackOptions) {
    this.#options = options;
    this.#packetizer = new Packetizer(options.track);
  }

  receive(encoding: Encoding, packet: PublishedPacket, now: number): void {
    if (encoding !== this.#encoding) {
      this.#encoding = encoding;
      this.#assembler = this.#assemblerOf(encoding);
    }
    this.#assembler?.receive(packet, now);
  }

  /** Another encoding begins with its first packet. */
  changed(): void {
    // Nothing is to be done before that.
  }

  look(now: number): void {
    this.#assembler?.look(now);
  }

  /** Asks for a keyframe, no more often than its sender can bear. */
  requestKeyframe(now: number): void {
    if (this.#options.track.kind === 'video') this.#encoding?.keyframes.request(now);
  }

  #assemblerOf(encoding: Encoding): FrameAssembler {
    const { codec, kind } = this.#options.track;
    const format = PAYLOAD_FORMATS[codec.name];
    const isPicture = kind === 'video';
    return new FrameAssembler({
      unpacking: UNPACKING[codec.name],
      ...(isPicture ? { isKeyframe: (frame) => format.isKeyframe(frame) } : {}),
      patienceMs: isPicture ? PICTURE_PATIENCE_MS : (this.#options.soundPatienceMs ?? SOUND_PATIENCE_MS),
      onFrame: (frame, now) => this.#take(encoding, frame, now),
      onKeyframeNeeded: (now) => encoding.keyframes.request(now),
    });
  }

  #take(encoding: Encoding, { ticks, keyframe, data }: AssembledFrame, now: number): void {
    const { track, timeline, onFrame } = this.#options;
    if (keyframe) encoding.keyframes.satisfied();
    const seconds = timeline.secondsOf(track.kind, encoding, ticks, now);
    const frame = this.#packetizer.packetize({ track: track.id, kind: track.kind, seconds, keyframe, data: track.codec.name === 'H264' ? this.#withParameters(data, keyframe) : data });
    if (frame) onFrame(frame, now);
  }

  /** A viewer begins at any keyframe, and some senders say their parameter sets only once. */
  #withParameters(data: Buffer, keyframe: boolean): Buffer {
    if (hasParameterSets(data)) {
      const sets = parameterSets(data);
      if (sets.length <= MAX_PARAMETER_BYTES) this.#parameters = sets;
      return data;
    }
    return keyframe ? Buffer.concat([this.#parameters, data]) : data;
  }
}
