/** A viewer's connection that keeps what it is given to send. */
import type { NegotiatedTrack, OutgoingPacket, ViewerTransport } from '../../../streamer/fanout/transport.ts';

export const VIDEO_TRACK: NegotiatedTrack = { sources: [0], kind: 'video', clockRate: 90_000, ssrc: 100, payloadType: 96, rtx: { ssrc: 101, payloadType: 97 } };
export const AUDIO_TRACK: NegotiatedTrack = { sources: [1], kind: 'audio', clockRate: 48_000, ssrc: 200, payloadType: 111, rtx: undefined };

export class RecordingTransport implements ViewerTransport {
  readonly tracks: readonly NegotiatedTrack[];
  readonly cname = 'test';
  readonly packets: OutgoingPacket[] = [];
  readonly compounds: Buffer[] = [];
  /** How much of both was flushed. */
  flushed = 0;
  readonly #listeners: ((compound: Buffer) => void)[] = [];

  constructor(tracks: readonly NegotiatedTrack[] = [VIDEO_TRACK, AUDIO_TRACK]) {
    this.tracks = tracks;
  }

  sendRtp(packet: OutgoingPacket): void {
    this.packets.push({ ...packet });
  }

  sendRtcp(compound: Buffer): void {
    this.compounds.push(compound);
  }

  flush(): void {
    this.flushed = this.packets.length + this.compounds.length;
  }

  onRtcp(listener: (compound: Buffer) => void): void {
    this.#listeners.push(listener);
  }

  /** RTCP from the viewer. */
  receive(compound: Buffer): void {
    for (const listener of this.#listeners) listener(compound);
  }

  of(ssrc: number): OutgoingPacket[] {
    return this.packets.filter((packet) => packet.ssrc === ssrc);
  }
}
