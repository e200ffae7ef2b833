/**
 * Reads the endless Matroska that ffmpeg writes into a pipe, block by block as the bytes come (RFC 9559). It keeps nothing of what
 * it has read, so that a stream may run for months. Understands what ffmpeg's muxer writes: no lacing, clusters of any size.
 */
import { PAYLOAD_FORMATS } from '../../rtp/payload-format.ts';
import { sampleFormat, type SampleFormat } from '../file/sample-format.ts';
import { AV1, H264, OPUS, VP8, VP9, type Codec, type EncodedFrame, type Track } from '../source.ts';

const ID = {
  segment: 0x18538067,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;

/** Elements that are opened rather than read as a whole; of everything else, only some are looked at. */
const OPENED: ReadonlySet<number> = new Set([ID.segment, ID.tracks, ID.trackEntry, ID.cluster, ID.blockGroup]);

const CODECS: Readonly<Record<string, Codec>> = { V_VP8: VP8, V_VP9: VP9, V_AV1: AV1, 'V_MPEG4/ISO/AVC': H264, A_OPUS: OPUS };

/** No frame that fits a viewer's network is nearly as large. */
const MAX_ELEMENT_BYTES = 32 * 1024 * 1024;
const LACING_BITS = 0x06;

export class MatroskaError extends Error {
  override readonly name = 'MatroskaError';
}

/** A number of one to eight bytes whose length stands in its leading zeros; undefined while bytes are missing. */
function readVint(bytes: Buffer, at: number, keepMarker: boolean): { value: number; length: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const length = Math.clz32(first) - 23;
  if (length > 8) throw new MatroskaError('A length of more than eight bytes');
  if (at + length > bytes.length) return undefined;
  let value = keepMarker ? first : first & (0xff >> length);
  let unknown = !keepMarker && value === 0xff >> length;
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next] ?? 0;
    unknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return { value: unknown ? Infinity : value, length };
}

function readUnsigned(bytes: Buffer): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

export class MatroskaStream {
  readonly #onTracks: (tracks: readonly Track[]) => void;
  readonly #onFrame: (frame: EncodedFrame) => void;
  readonly #tracks = new Map<number, Track & { format: SampleFormat }>();
  #pending: Buffer = Buffer.alloc(0);
  #skip = 0;
  #entry: { number?: number; codec?: Codec; private?: Buffer } = {};
  #announced = false;
  #clusterTime = 0;

  /**
   * @param onTracks hears once, before the first frame, which tracks there are
   * @param onFrame hears each frame, its time in seconds as the muxer wrote it (milliseconds are its unit)
   */
  constructor(onTracks: (tracks: readonly Track[]) => void, onFrame: (frame: EncodedFrame) => void) {
    this.#onTracks = onTracks;
    this.#onFrame = onFrame;
  }

  /** @throws MatroskaError when the bytes are no Matroska that this reader understands */
  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    let at = 0;
    for (;;) {
      const consumed = this.#element(at);
      if (consumed === 0) break;
      at += consumed;
    }
    this.#pending = this.#pending.subarray(at);
  }

  /** @returns bytes that are done with; 0 when more must come first */
  #element(at: number): number {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#pending.length - at);
      this.#skip -= skipped;
      return skipped;
    }
    const id = readVint(this.#pending, at, true);
    const size = id && readVint(this.#pending, at + id.length, false);
    if (!id || !size) return 0;
    const header = id.length + size.length;
    if (OPENED.has(id.value)) {
      if (id.value === ID.trackEntry) this.#entry = {};
      return header;
    }
    if (!this.#reads(id.value)) {
      if (!Number.isFinite(size.value)) throw new MatroskaError(`An element ${id.value.toString(16)} without an end`);
      this.#skip = size.value;
      return header;
    }
    if (size.value > MAX_ELEMENT_BYTES) throw new MatroskaError(`An element of ${size.value} bytes`);
    const end = at + header + size.value;
    if (end > this.#pending.length) return 0;
    this.#read(id.value, this.#pending.subarray(at + header, end));
    return header + size.value;
  }

  #reads(id: number): boolean {
    return id === ID.trackNumber || id === ID.codecId || id === ID.codecPrivate || id === ID.timestamp || id === ID.simpleBlock || id === ID.block;
  }

  #read(id: number, content: Buffer): void {
    switch (id) {
      case ID.trackNumber:
        this.#entry.number = readUnsigned(content);
        this.#addTrack();
        break;
      case ID.codecId:
        this.#entry.codec = CODECS[content.toString('latin1')];
        this.#addTrack();
        break;
      case ID.codecPrivate:
        this.#entry.private = Buffer.from(content);
        this.#addTrack();
        break;
      case ID.timestamp:
        this.#clusterTime = readUnsigned(content);
        break;
      default:
        this.#block(content);
    }
  }

  #addTrack(): void {
    const { number, codec, private: description } = this.#entry;
    if (number !== undefined && codec) this.#tracks.set(number, { id: number, kind: codec.channels === undefined ? 'video' : 'audio', codec, format: sampleFormat(codec.name, description) });
  }

  #block(content: Buffer): void {
    if (!this.#announced) {
      this.#announced = true;
      this.#onTracks([...this.#tracks.values()].map(({ id, kind, codec }) => ({ id, kind, codec })));
    }
    const number = readVint(content, 0, false);
    if (!number || content.length < number.length + 3) throw new MatroskaError('A block that is cut short');
    const flags = content.readUInt8(number.length + 2);
    if (flags & LACING_BITS) throw new MatroskaError('A block with lacing');
    const track = this.#tracks.get(number.value);
    if (!track) return;
    const data = track.format(content.subarray(number.length + 3));
    const milliseconds = this.#clusterTime + content.readInt16BE(number.length);
    this.#onFrame({ track: track.id, kind: track.kind, seconds: milliseconds / 1000, keyframe: PAYLOAD_FORMATS[track.codec.name].isKeyframe(data), data });
  }
}
