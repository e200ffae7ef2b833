/**
 * Puts the packets of one stream in order and together into frames. A packet that is missing is waited for, as long as it may still be
 * sent again; then what depends on it is left out: of a picture all up to the next keyframe, since a viewer's numbers show no gap.
 */
import type { PublishedPacket } from '../forwarding/published-packet.ts';
import type { Unpacking } from '../rtp/unpacking.ts';

/** What waits for a missing packet; more than this, and it is given up: some two seconds of a picture of 4 Mbit/s. */
const MAX_WAITING_PACKETS = 1_024;
/** A frame of more is none. */
const MAX_FRAME_PACKETS = 2_048;

export interface AssembledFrame {
  /** Of the sender's clock, endless. */
  readonly ticks: number;
  readonly keyframe: boolean;
  /** As a container keeps it. */
  readonly data: Buffer;
}

export interface FrameAssemblerOptions {
  readonly unpacking: Unpacking;
  /** Undefined where each packet is a frame that needs no other: sound. */
  readonly isKeyframe?: (frame: Buffer) => boolean;
  /** How long a missing packet is waited for, ms. */
  readonly patienceMs: number;
  readonly onFrame: (frame: AssembledFrame, now: number) => void;
  /** Hears each time that nothing can be shown before the next keyframe. */
  readonly onKeyframeNeeded: (now: number) => void;
}

export class FrameAssembler {
  readonly #options: FrameAssemblerOptions;
  readonly #waiting = new Map<number, PublishedPacket>();
  #next: number | undefined;
  /** Since when a packet is missing, ms. */
  #missingSince: number | undefined;
  #frame: PublishedPacket[] = [];
  /** Whether what was taken last ended a frame, so that another begins. */
  #atBoundary = false;
  #needsKeyframe: boolean;

  constructor(options: FrameAssemblerOptions) {
    this.#options = options;
    this.#needsKeyframe = options.isKeyframe !== undefined;
  }

  /** @param packet no two with the same index */
  receive(packet: PublishedPacket, now: number): void {
    this.#next ??= packet.index;
    if (packet.index < this.#next) return;
    this.#waiting.set(packet.index, packet);
    this.#drain(now);
    if (this.#waiting.size > MAX_WAITING_PACKETS) this.#giveUp(now);
  }

  /** To be called some times a second, for packets that have been missing too long. */
  look(now: number): void {
    if (this.#missingSince !== undefined && now - this.#missingSince >= this.#options.patienceMs) this.#giveUp(now);
  }

  #drain(now: number): void {
    const before = this.#next ?? 0;
    let next = before;
    for (let packet = this.#waiting.get(next); packet; packet = this.#waiting.get(next)) {
      this.#waiting.delete(next++);
      this.#take(packet, now);
    }
    this.#next = next;
    if (this.#waiting.size === 0) this.#missingSince = undefined;
    else if (next > before || this.#missingSince === undefined) this.#missingSince = now;
  }

  #giveUp(now: number): void {
    let first = Infinity;
    for (const index of this.#waiting.keys()) first = Math.min(first, index);
    if (first === Infinity) return;
    this.#next = first;
    this.#missingSince = undefined;
    this.#lose(now);
    this.#drain(now);
  }

  #take(packet: PublishedPacket, now: number): void {
    // What only fills the way.
    if (packet.payload.length === 0) return;
    const { isKeyframe, onFrame, unpacking } = this.#options;
    if (!isKeyframe) {
      onFrame({ ticks: packet.timestamp, keyframe: true, data: packet.payload }, now);
      return;
    }
    const [first] = this.#frame;
    if (first && first.timestamp !== packet.timestamp) this.#finish(now);
    if (this.#frame.length === 0 && !this.#atBoundary && !unpacking.starts(packet.payload)) return;
    this.#frame.push(packet);
    this.#atBoundary = false;
    if (packet.marker) this.#finish(now);
    else if (this.#frame.length > MAX_FRAME_PACKETS) this.#lose(now);
  }

  #finish(now: number): void {
    const { unpacking, isKeyframe, onFrame } = this.#options;
    const [first] = this.#frame;
    const data = unpacking.join(this.#frame.map(({ payload }) => payload));
    this.#frame = [];
    this.#atBoundary = true;
    if (!first || !data) {
      this.#lose(now);
      return;
    }
    const keyframe = isKeyframe?.(data) === true;
    if (this.#needsKeyframe && !keyframe) {
      this.#options.onKeyframeNeeded(now);
      return;
    }
    this.#needsKeyframe = false;
    onFrame({ ticks: first.timestamp, keyframe, data }, now);
  }

  #lose(now: number): void {
    this.#frame = [];
    this.#atBoundary = false;
    if (!this.#options.isKeyframe) return;
    this.#needsKeyframe = true;
    this.#options.onKeyframeNeeded(now);
  }
}
