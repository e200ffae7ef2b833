/** SRTP as it comes (RFC 3711 §3.3, RFC 7714 §8): decrypted and proved to be authentic, each packet once. */
import { createDecipheriv, createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { unwrap16 } from '../rtp/serial.ts';
import type { SrtpKeys } from './keys.ts';
import { rolloverOf, SRTP_PROFILES, TAG_BYTES, type SrtpProfile } from './profile.ts';
import { ReplayWindow } from './replay-window.ts';
import { COUNTER_IV_BYTES, GCM_IV_BYTES, writeCounterVector, writeGcmVector } from './vectors.ts';

/** A browser sends three sizes of his camera, sound and a screen, each with retransmissions, and may begin some of them anew. */
const MAX_STREAMS = 64;
const ROLLOVER_BYTES = 4;

/** What has to be known of a packet's header. */
export interface ReadHeader {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  /** Length of all that stands before the payload. */
  readonly bytes: number;
}

interface Stream {
  /** The highest index so far: rollover counter and sequence number (RFC 3711 §3.3.1). */
  highest: number;
  readonly window: ReplayWindow;
}

export class SrtpReceiver {
  readonly #profile: SrtpProfile;
  readonly #encryption: KeyObject;
  readonly #authentication: KeyObject | undefined;
  readonly #salt: Buffer;
  readonly #tagBytes: number;
  readonly #vector: Buffer;
  readonly #rollover = Buffer.alloc(ROLLOVER_BYTES);
  readonly #streams = new Map<number, Stream>();

  constructor({ profile, rtp }: SrtpKeys) {
    this.#profile = profile;
    this.#encryption = createSecretKey(rtp.encryption);
    this.#authentication = rtp.authentication.length > 0 ? createSecretKey(rtp.authentication) : undefined;
    this.#salt = rtp.salt;
    this.#tagBytes = TAG_BYTES[profile];
    this.#vector = Buffer.alloc(profile === SRTP_PROFILES.aes128Gcm ? GCM_IV_BYTES : COUNTER_IV_BYTES);
  }

  /** @returns the payload in memory of its own, with padding; undefined for what is forged, damaged, has come before or is too old */
  unprotect(datagram: Buffer, { ssrc, sequenceNumber, bytes }: ReadHeader): Buffer | undefined {
    const end = datagram.length - this.#tagBytes;
    const known = this.#streams.get(ssrc);
    if (end < bytes || (!known && this.#streams.size >= MAX_STREAMS)) return undefined;
    const index = known ? unwrap16(sequenceNumber, known.highest) : sequenceNumber;
    if (index < 0 || known?.window.admits(index) === false) return undefined;
    const payload = this.#profile === SRTP_PROFILES.aes128Gcm ? this.#openGcm(datagram, bytes, end, ssrc, index) : this.#openCounterMode(datagram, bytes, end, ssrc, index);
    if (payload) this.#note(ssrc, index, known);
    return payload;
  }

  #note(ssrc: number, index: number, known: Stream | undefined): void {
    const stream = known ?? { highest: index, window: new ReplayWindow() };
    if (!known) this.#streams.set(ssrc, stream);
    stream.window.note(index);
    if (index > stream.highest) stream.highest = index;
  }

  #openGcm(datagram: Buffer, begin: number, end: number, ssrc: number, index: number): Buffer | undefined {
    writeGcmVector(this.#vector, 0, this.#salt, ssrc, rolloverOf(index), index & 0xffff);
    const decipher = createDecipheriv('aes-128-gcm', this.#encryption, this.#vector, { authTagLength: this.#tagBytes });
    decipher.setAAD(datagram.subarray(0, begin)).setAuthTag(datagram.subarray(end));
    const payload = decipher.update(datagram.subarray(begin, end));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return payload;
  }

  /** The rollover counter is authenticated behind the packet without being sent. */
  #openCounterMode(datagram: Buffer, begin: number, end: number, ssrc: number, index: number): Buffer | undefined {
    if (!this.#authentication) throw new TypeError('Counter mode needs a key to authenticate by');
    this.#rollover.writeUInt32BE(rolloverOf(index));
    const tag = createHmac('sha1', this.#authentication).update(datagram.subarray(0, end)).update(this.#rollover).digest();
    if (!timingSafeEqual(tag.subarray(0, this.#tagBytes), datagram.subarray(end))) return undefined;
    writeCounterVector(this.#vector, 0, this.#salt, ssrc, rolloverOf(index), index & 0xffff);
    return createDecipheriv('aes-128-ctr', this.#encryption, this.#vector).update(datagram.subarray(begin, end));
  }
}
