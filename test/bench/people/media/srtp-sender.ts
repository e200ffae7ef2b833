/** Encrypts what a bench's member sends: SRTP with AES-GCM (RFC 7714 §8), one packet at a time. */
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { SrtpKeys } from '../../../../streamer/srtp/keys.ts';
import { rolloverOf } from '../../../../streamer/srtp/profile.ts';
import { GCM_IV_BYTES, writeGcmVector } from '../../../../streamer/srtp/vectors.ts';

export class SrtpSender {
  readonly #key: KeyObject;
  readonly #salt: Buffer;
  readonly #vector = Buffer.alloc(GCM_IV_BYTES);

  constructor({ rtp }: SrtpKeys) {
    this.#key = createSecretKey(rtp.encryption);
    this.#salt = rtp.salt;
  }

  /** @param index of the packet in its stream, without wrapping */
  protect(header: Buffer, payload: Buffer, ssrc: number, index: number): Buffer {
    writeGcmVector(this.#vector, 0, this.#salt, ssrc, rolloverOf(index), index & 0xffff);
    const cipher = createCipheriv('aes-128-gcm', this.#key, this.#vector).setAAD(header);
    const encrypted = cipher.update(payload);
    cipher.final();
    return Buffer.concat([header, encrypted, cipher.getAuthTag()]);
  }
}
