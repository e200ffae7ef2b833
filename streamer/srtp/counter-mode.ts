/**
 * AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4.1.1 and §4.2.1). One ECB cipher is kept open per viewer and encrypts all counter blocks of a
 * packet in one call: opening a CTR cipher for each packet costs as much again as the encryption.
 */
import { createCipheriv, createHmac, createSecretKey, type Cipher, type KeyObject } from 'node:crypto';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../rtp/packet.ts';
import type { OutgoingPacket } from '../fanout/transport.ts';
import type { SessionKeys } from './key-derivation.ts';
import { rolloverOf, type Protector } from './protector.ts';

const TAG_BYTES = 10;
const ROLLOVER_BYTES = 4;
const BLOCK_BYTES = 16;

/** Counter blocks are laid out here, one packet at a time, for all viewers. */
const MAX_BLOCKS = 128;
const counters = Buffer.alloc(MAX_BLOCKS * BLOCK_BYTES);

export class CounterModeProtector implements Protector {
  readonly #cipher: Cipher;
  readonly #authentication: KeyObject;
  readonly #salt: Buffer;

  /** @param keys with a salt of fourteen bytes and an authentication key of twenty */
  constructor(keys: SessionKeys) {
    this.#cipher = createCipheriv('aes-128-ecb', keys.encryption, null).setAutoPadding(false);
    this.#authentication = createSecretKey(keys.authentication);
    this.#salt = keys.salt;
  }

  protect(packet: OutgoingPacket): Buffer {
    const { payload } = packet;
    const end = RTP_HEADER_BYTES + payload.length;
    const datagram = Buffer.allocUnsafe(end + TAG_BYTES);
    const rollover = rolloverOf(packet.sequence);
    const sequenceNumber = packet.sequence & 0xffff;
    writeRtpHeader(datagram, { ...packet, sequenceNumber });
    const stream = this.#keystream(packet.ssrc, rollover, sequenceNumber, payload.length);
    for (let at = 0; at < payload.length; at++) datagram[RTP_HEADER_BYTES + at] = (payload[at] ?? 0) ^ (stream[at] ?? 0);
    // The rollover counter is authenticated behind the packet without being sent: it stands where the tag will.
    datagram.writeUInt32BE(rollover, end);
    const tag = createHmac('sha1', this.#authentication).update(datagram.subarray(0, end + ROLLOVER_BYTES)).digest();
    tag.copy(datagram, end, 0, TAG_BYTES);
    return datagram;
  }

  #keystream(ssrc: number, rollover: number, sequenceNumber: number, bytes: number): Buffer {
    const blocks = Math.ceil(bytes / BLOCK_BYTES);
    if (blocks > MAX_BLOCKS) throw new RangeError(`A payload of ${bytes} bytes is more than a datagram should hold`);
    const iv = this.#salt;
    for (let block = 0; block < blocks; block++) {
      const at = block * BLOCK_BYTES;
      iv.copy(counters, at, 0, 4);
      counters.writeUInt32BE((iv.readUInt32BE(4) ^ ssrc) >>> 0, at + 4);
      counters.writeUInt32BE((iv.readUInt32BE(8) ^ rollover) >>> 0, at + 8);
      counters.writeUInt16BE(iv.readUInt16BE(12) ^ sequenceNumber, at + 12);
      counters.writeUInt16BE(block, at + 14);
    }
    return this.#cipher.update(counters.subarray(0, blocks * BLOCK_BYTES));
  }
}
