/**
 * The header of a packet that came, with its extensions (RFC 3550 §5.1, RFC 8285 §4). One such object reads one packet after the
 * other, so that nothing is made for a single packet.
 */
import { RTP_HEADER_BYTES } from './packet.ts';

const VERSION = 2;
const MARKER_BIT = 0x80;
const EXTENSION_BIT = 0x10;
const PADDING_BIT = 0x20;
const EXTENSION_HEADER_BYTES = 4;

const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;
/** The last four bits are the application's. */
const TWO_BYTE_PROFILE_MASK = 0xfff0;
/** RFC 8285 §4.2: whatever follows it is to be left alone. */
const STOP = 15;

export class IncomingHeader {
  marker = false;
  payloadType = 0;
  sequenceNumber = 0;
  timestamp = 0;
  ssrc = 0;
  /** Whether the last byte of the payload, once decrypted, says how many bytes at its end are none of it. */
  padded = false;
  /** Length of all that stands before the payload. */
  bytes = 0;
  /** Length of the element that {@link find} found last. */
  elementBytes = 0;
  #datagram: Buffer = Buffer.alloc(0);
  #extensionAt = 0;
  #profile = 0;

  /** @returns false for what is no RTP */
  read(datagram: Buffer): boolean {
    if (datagram.length < RTP_HEADER_BYTES) return false;
    const first = datagram[0] as number;
    if (first >> 6 !== VERSION) return false;
    let end = RTP_HEADER_BYTES + (first & 0x0f) * 4;
    this.#profile = 0;
    if (first & EXTENSION_BIT) {
      if (datagram.length < end + EXTENSION_HEADER_BYTES) return false;
      this.#profile = datagram.readUInt16BE(end);
      this.#extensionAt = end + EXTENSION_HEADER_BYTES;
      end = this.#extensionAt + datagram.readUInt16BE(end + 2) * 4;
    }
    if (end > datagram.length) return false;
    const second = datagram[1] as number;
    this.#datagram = datagram;
    this.bytes = end;
    this.padded = (first & PADDING_BIT) !== 0;
    this.marker = (second & MARKER_BIT) !== 0;
    this.payloadType = second & 0x7f;
    this.sequenceNumber = datagram.readUInt16BE(2);
    this.timestamp = datagram.readUInt32BE(4);
    this.ssrc = datagram.readUInt32BE(8);
    return true;
  }

  /**
   * Looks for an extension element; its length is then in {@link elementBytes}.
   * @param id as the session numbers it; undefined is never found
   * @returns where in the datagram its data begins, -1 where the packet has none
   */
  find(id: number | undefined): number {
    if (id === undefined || this.#profile === 0) return -1;
    const oneByte = this.#profile === ONE_BYTE_PROFILE;
    if (!oneByte && (this.#profile & TWO_BYTE_PROFILE_MASK) !== TWO_BYTE_PROFILE) return -1;
    const datagram = this.#datagram;
    for (let at = this.#extensionAt; at < this.bytes; ) {
      const first = datagram[at++] as number;
      if (first === 0) continue; // padding
      const found = oneByte ? first >> 4 : first;
      if (oneByte && found === STOP) return -1;
      if (!oneByte && at >= this.bytes) return -1;
      const length = oneByte ? (first & 0x0f) + 1 : (datagram[at++] as number);
      if (at + length > this.bytes) return -1;
      if (found === id) {
        this.elementBytes = length;
        return at;
      }
      at += length;
    }
    return -1;
  }

  /** The element's data as text; undefined where the packet has none. */
  text(id: number | undefined): string | undefined {
    const at = this.find(id);
    return at < 0 ? undefined : this.#datagram.toString('latin1', at, at + this.elementBytes);
  }

  /** The element's first two bytes as a number; -1 where the packet has none. */
  uint16(id: number | undefined): number {
    const at = this.find(id);
    return at < 0 || this.elementBytes < 2 ? -1 : this.#datagram.readUInt16BE(at);
  }

  /** The element's first byte; -1 where the packet has none. */
  byte(id: number | undefined): number {
    const at = this.find(id);
    return at < 0 || this.elementBytes < 1 ? -1 : (this.#datagram[at] as number);
  }
}
