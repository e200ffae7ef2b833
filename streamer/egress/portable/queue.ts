/** Packets that wait to be encrypted and sent: written one after the other into memory that never moves or grows. */
import type { OutgoingPacket } from '../../fanout/transport.ts';
import { MAX_HEADER_BYTES, writeRtpHeader } from '../../rtp/packet.ts';
import { RTX_HEADER_BYTES } from '../../rtp/rtx.ts';
import { MAX_PAYLOAD_BYTES, MAX_PREFIX_BYTES } from '../egress.ts';

const SLOTS = 256;
const MAX_TAG_BYTES = 16;
/** A multiple of four, so that payloads can be combined with a key stream four bytes at a time. */
const SLOT_BYTES = MAX_HEADER_BYTES + RTX_HEADER_BYTES + MAX_PREFIX_BYTES + MAX_PAYLOAD_BYTES + MAX_TAG_BYTES;

export class PacketQueue<Owner> {
  readonly bytes = Buffer.allocUnsafeSlow(SLOTS * SLOT_BYTES);
  readonly words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, (SLOTS * SLOT_BYTES) / 4);
  readonly owners: Owner[] = [];
  readonly headerBytes = new Uint8Array(SLOTS);
  /** With the header, without the tag. */
  readonly lengths = new Uint16Array(SLOTS);
  readonly ssrcs = new Uint32Array(SLOTS);
  readonly sequences = new Float64Array(SLOTS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get full(): boolean {
    return this.#count === SLOTS;
  }

  /** Where the packet in a slot begins. */
  offset(slot: number): number {
    return slot * SLOT_BYTES;
  }

  add(owner: Owner, packet: OutgoingPacket): void {
    const slot = this.#count++;
    const at = slot * SLOT_BYTES;
    const { payload, prefix, originalSequence } = packet;
    const headerBytes = writeRtpHeader(this.bytes, at, packet);
    let end = at + headerBytes;
    if (originalSequence >= 0) {
      this.bytes[end++] = originalSequence >>> 8;
      this.bytes[end++] = originalSequence;
    }
    if (prefix) {
      this.bytes.set(prefix, end);
      end += prefix.length;
    }
    this.bytes.set(payload, end);
    this.owners[slot] = owner;
    this.headerBytes[slot] = headerBytes;
    this.lengths[slot] = end + payload.length - at;
    this.ssrcs[slot] = packet.ssrc;
    this.sequences[slot] = packet.sequence;
  }

  /** Queues a datagram that is encrypted already. */
  addReady(owner: Owner, datagram: Buffer): void {
    const slot = this.#count++;
    this.bytes.set(datagram, slot * SLOT_BYTES);
    this.owners[slot] = owner;
    this.headerBytes[slot] = 0;
    this.lengths[slot] = datagram.length;
  }

  clear(): void {
    this.#count = 0;
    this.owners.length = 0;
  }
}

export const MAX_READY_BYTES = SLOT_BYTES;
