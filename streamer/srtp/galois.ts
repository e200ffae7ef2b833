/** AEAD_AES_128_GCM for SRTP (RFC 7714 §8 and §9): the header is authenticated, the payload encrypted, the tag has sixteen bytes. */
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../rtp/packet.ts';
import type { OutgoingPacket } from '../fanout/transport.ts';
import type { SessionKeys } from './key-derivation.ts';
import { rolloverOf, type Protector } from './protector.ts';

const TAG_BYTES = 16;
const IV_BYTES = 12;

export class GaloisProtector implements Protector {
  readonly #key: KeyObject;
  readonly #salt: Buffer;
  readonly #iv = Buffer.alloc(IV_BYTES);

  /** @param keys with a salt of twelve bytes */
  constructor(keys: SessionKeys) {
    this.#key = createSecretKey(keys.encryption);
    this.#salt = keys.salt;
  }

  protect(packet: OutgoingPacket): Buffer {
    const { payload } = packet;
    const end = RTP_HEADER_BYTES + payload.length;
    const datagram = Buffer.allocUnsafe(end + TAG_BYTES);
    const sequenceNumber = packet.sequence & 0xffff;
    writeRtpHeader(datagram, { ...packet, sequenceNumber });
    const cipher = createCipheriv('aes-128-gcm', this.#key, this.#vector(packet.ssrc, rolloverOf(packet.sequence), sequenceNumber));
    cipher.setAAD(datagram.subarray(0, RTP_HEADER_BYTES));
    cipher.update(payload).copy(datagram, RTP_HEADER_BYTES);
    cipher.final();
    cipher.getAuthTag().copy(datagram, end);
    return datagram;
  }

  /** RFC 7714 §8.1: two zero bytes, SSRC, rollover counter and sequence number, each combined with the salt. */
  #vector(ssrc: number, rollover: number, sequenceNumber: number): Buffer {
    const salt = this.#salt;
    this.#iv.writeUInt16BE(salt.readUInt16BE(0), 0);
    this.#iv.writeUInt32BE((salt.readUInt32BE(2) ^ ssrc) >>> 0, 2);
    this.#iv.writeUInt32BE((salt.readUInt32BE(6) ^ rollover) >>> 0, 6);
    this.#iv.writeUInt16BE(salt.readUInt16BE(10) ^ sequenceNumber, 10);
    return this.#iv;
  }
}
