/** Packets of a room's member for tests: what they carry means nothing, but headers and descriptors are true. */
import { RtpHeader, RtpPacket } from 'werift';
import { Encoding } from '../../../streamer/forwarding/encoding.ts';
import { ntpFromUnix } from '../../../streamer/rtp/ntp.ts';

export interface PictureOptions {
  readonly keyframe?: boolean;
  readonly pictureId?: number;
  readonly tl0?: number;
  readonly height?: number;
  /** Of which nothing can be told. */
  readonly filling?: number;
}

/** A VP8 payload that is a whole picture, with a long picture number. */
export function vp8Payload({ keyframe = false, pictureId = 0, tl0 = 0, height = 180, filling = 3 }: PictureOptions = {}): Buffer {
  const descriptor = [0x90, 0xc0, 0x80 | ((pictureId >> 8) & 0x7f), pictureId & 0xff, tl0 & 0xff];
  const frame = keyframe ? [0x10, 2, 0, 0x9d, 0x01, 0x2a, 320 & 0xff, 320 >> 8, height & 0xff, height >> 8] : [0x11, 2, 0];
  return Buffer.concat([Buffer.from([...descriptor, ...frame]), Buffer.alloc(filling, 7)]);
}

export interface DatagramOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly timestamp?: number;
  readonly payload: Buffer;
  /** Elements of the header's extension, by their number. */
  readonly extensions?: Readonly<Record<number, Buffer | string>>;
}

/** Header and payload, as they are before encryption. */
export function rtpDatagram({ ssrc, payloadType, sequenceNumber, timestamp = 0, payload, extensions = {} }: DatagramOptions): Buffer {
  const elements = Object.entries(extensions).map(([id, value]) => ({ id: Number(id), payload: Buffer.from(value) }));
  const header = new RtpHeader({ version: 2, payloadType, sequenceNumber: sequenceNumber & 0xffff, timestamp, ssrc, marker: false, csrc: [], csrcLength: 0, padding: false, paddingSize: 0, extension: elements.length > 0, extensionProfile: 0xbede, extensions: elements });
  return new RtpPacket(header, payload).serialize();
}

/** One size of a picture, whose sender's clock and numbers begin anywhere. */
export class ScriptedEncoding {
  readonly encoding: Encoding;
  readonly asked: number[] = [];
  /** Of each picture, beside its headers. */
  filling = 3;
  readonly #height: number;
  readonly #beginnings: { readonly sequence: number; readonly timestamp: number; readonly pictureId: number };

  constructor(ssrc: number, height: number, beginnings: { readonly sequence: number; readonly timestamp: number; readonly pictureId: number }) {
    this.#height = height;
    this.#beginnings = beginnings;
    this.encoding = new Encoding({ ssrc, kind: 'video', clockRate: 90_000, askForKeyframe: (media) => this.asked.push(media), now: 0 });
  }

  /** Takes the picture of that number, one packet, 30 in a second; it was made when it comes. */
  picture(number: number, now: number, keyframe = false) {
    const { sequence, timestamp, pictureId } = this.#beginnings;
    const header = { timestamp: (timestamp + number * 3_000) % 2 ** 32, marker: true };
    return this.encoding.receive(header, (sequence + number) & 0xffff, vp8Payload({ keyframe, pictureId: (pictureId + number) & 0x7fff, tl0: (pictureId + number) & 0xff, height: this.#height, filling: this.filling }), now, false);
  }

  /** What its sender says: that picture was made at that time. */
  senderReport(number: number, unixMs: number, now: number): void {
    this.encoding.noteSenderReport(ntpFromUnix(unixMs), (this.#beginnings.timestamp + number * 3_000) % 2 ** 32, now);
  }
}
