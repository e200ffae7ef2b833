/** Encrypts queued packets of one viewer where they lie. */
import { createCipheriv, createHmac, createSecretKey, type Cipher, type KeyObject } from 'node:crypto';
import type { SessionKeys, SrtpKeys } from '../../srtp/keys.ts';
import { rolloverOf, SRTP_PROFILES, TAG_BYTES } from '../../srtp/profile.ts';
import { GCM_IV_BYTES, writeCounterVector, writeGcmVector } from '../../srtp/vectors.ts';
import type { PacketQueue } from './queue.ts';

export interface Protector {
  /** Encrypts the packets in the slots from `from` up to `until`, and puts their tags behind them. */
  protect(queue: PacketQueue<unknown>, from: number, until: number): void;
  readonly tagBytes: number;
}

const BLOCK_BYTES = 16;
const ROLLOVER_BYTES = 4;
/** Counter blocks of several packets are encrypted in one call, for all viewers in the same memory. */
const MAX_BLOCKS = 2_048;
const counters = Buffer.allocUnsafeSlow(MAX_BLOCKS * BLOCK_BYTES);
const counterWords = new Int32Array(counters.buffer, counters.byteOffset, counters.length / 4);

/**
 * AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4.1.1 and §4.2.1). One ECB cipher is kept open per viewer and encrypts the counter blocks of a
 * whole frame in one call: opening a CTR cipher for each packet costs more than the encryption.
 */
class CounterModeProtector implements Protector {
  readonly tagBytes = TAG_BYTES[SRTP_PROFILES.aes128CmSha1Tag80];
  readonly #cipher: Cipher;
  readonly #authentication: KeyObject;
  readonly #salt: Buffer;

  constructor(keys: SessionKeys) {
    this.#cipher = createCipheriv('aes-128-ecb', createSecretKey(keys.encryption), null).setAutoPadding(false);
    this.#authentication = createSecretKey(keys.authentication);
    this.#salt = keys.salt;
  }

  protect(queue: PacketQueue<unknown>, from: number, until: number): void {
    for (let first = from; first < until; ) {
      let blocks = 0;
      let end = first;
      while (end < until) {
        const needed = Math.ceil(((queue.lengths[end] as number) - (queue.headerBytes[end] as number)) / BLOCK_BYTES);
        if (blocks + needed > MAX_BLOCKS) break;
        this.#writeCounters(queue, end, blocks, needed);
        blocks += needed;
        end++;
      }
      const stream = this.#cipher.update(counters.subarray(0, blocks * BLOCK_BYTES));
      this.#combine(queue, first, end, stream);
      first = end;
    }
  }

  #writeCounters(queue: PacketQueue<unknown>, slot: number, firstBlock: number, blocks: number): void {
    const sequence = queue.sequences[slot] as number;
    let word = firstBlock * (BLOCK_BYTES / 4);
    writeCounterVector(counters, word * 4, this.#salt, queue.ssrcs[slot] as number, rolloverOf(sequence), sequence & 0xffff);
    // Read back as the machine orders its bytes, so that either order will do.
    const first = counterWords[word] as number;
    const second = counterWords[word + 1] as number;
    const third = counterWords[word + 2] as number;
    const fourth = counterWords[word + 3] as number;
    for (let block = 1; block < blocks; block++) {
      word += 4;
      counterWords[word] = first;
      counterWords[word + 1] = second;
      counterWords[word + 2] = third;
      counterWords[word + 3] = fourth;
      counters[word * 4 + 15] = block; // fewer than 256 blocks to a packet
    }
  }

  #combine(queue: PacketQueue<unknown>, from: number, until: number, stream: Buffer): void {
    const { bytes, words } = queue;
    const streamWords = new Int32Array(stream.buffer, stream.byteOffset, stream.length / 4);
    let streamWord = 0;
    for (let slot = from; slot < until; slot++) {
      const at = queue.offset(slot);
      const end = at + (queue.lengths[slot] as number);
      const begin = at + (queue.headerBytes[slot] as number);
      const wholeWords = (end - begin) >>> 2;
      const word = begin >>> 2;
      for (let index = 0; index < wholeWords; index++) words[word + index] = (words[word + index] as number) ^ (streamWords[streamWord + index] as number);
      for (let index = wholeWords * 4; begin + index < end; index++) bytes[begin + index] = (bytes[begin + index] as number) ^ (stream[streamWord * 4 + index] as number);
      streamWord += Math.ceil((end - begin) / BLOCK_BYTES) * 4;
      this.#authenticate(bytes, at, end, rolloverOf(queue.sequences[slot] as number));
    }
  }

  /** The rollover counter is authenticated behind the packet without being sent: it stands where the tag will. */
  #authenticate(bytes: Buffer, at: number, end: number, rollover: number): void {
    bytes.writeUInt32BE(rollover, end);
    const tag = createHmac('sha1', this.#authentication).update(bytes.subarray(at, end + ROLLOVER_BYTES)).digest();
    for (let index = 0; index < this.tagBytes; index++) bytes[end + index] = tag[index] as number;
  }
}

/** AEAD_AES_128_GCM for SRTP (RFC 7714 §8): the header is authenticated, the payload encrypted. Each packet needs a cipher of its own. */
class GaloisProtector implements Protector {
  readonly tagBytes = TAG_BYTES[SRTP_PROFILES.aes128Gcm];
  readonly #key: KeyObject;
  readonly #salt: Buffer;
  readonly #vector = Buffer.alloc(GCM_IV_BYTES);

  constructor(keys: SessionKeys) {
    this.#key = createSecretKey(keys.encryption);
    this.#salt = keys.salt;
  }

  protect(queue: PacketQueue<unknown>, from: number, until: number): void {
    const { bytes } = queue;
    for (let slot = from; slot < until; slot++) {
      const at = queue.offset(slot);
      const begin = at + (queue.headerBytes[slot] as number);
      const end = at + (queue.lengths[slot] as number);
      const sequence = queue.sequences[slot] as number;
      writeGcmVector(this.#vector, 0, this.#salt, queue.ssrcs[slot] as number, rolloverOf(sequence), sequence & 0xffff);
      const cipher = createCipheriv('aes-128-gcm', this.#key, this.#vector);
      cipher.setAAD(bytes.subarray(at, begin));
      bytes.set(cipher.update(bytes.subarray(begin, end)), begin);
      cipher.final();
      bytes.set(cipher.getAuthTag(), end);
    }
  }
}

export function createProtector({ profile, rtp }: SrtpKeys): Protector {
  return profile === SRTP_PROFILES.aes128Gcm ? new GaloisProtector(rtp) : new CounterModeProtector(rtp);
}
