/**
 * SRTCP both ways (RFC 3711 §3.4, RFC 7714 §9). There are few such packets beside those of media, so that what the JavaScript
 * engine offers is good enough for either way of sending.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { SessionKeys, SrtpKeys } from './keys.ts';
import { SRTP_PROFILES, TAG_BYTES, type SrtpProfile } from './profile.ts';
import { ReplayWindow } from './replay-window.ts';
import { COUNTER_IV_BYTES, GCM_IV_BYTES, writeCounterVector, writeGcmVector } from './vectors.ts';

/** The first header and the SSRC stay readable. */
const CLEAR_BYTES = 8;
const INDEX_BYTES = 4;
const ENCRYPTED_FLAG = 0x8000_0000;
const MAX_INDEX = 0x7fff_ffff;
/** A browser that watches has one for each stream at most. */
const MAX_SENDERS = 16;

/** What both directions share: keys that are prepared once, and the vector of a packet. */
class Session {
  readonly profile: SrtpProfile;
  readonly encryption: KeyObject;
  readonly authentication: KeyObject | undefined;
  readonly #salt: Buffer;

  constructor(profile: SrtpProfile, keys: SessionKeys) {
    this.profile = profile;
    this.encryption = createSecretKey(keys.encryption);
    this.authentication = keys.authentication.length > 0 ? createSecretKey(keys.authentication) : undefined;
    this.#salt = keys.salt;
  }

  vector(ssrc: number, index: number): Buffer {
    const gcm = this.profile === SRTP_PROFILES.aes128Gcm;
    const vector = Buffer.alloc(gcm ? GCM_IV_BYTES : COUNTER_IV_BYTES);
    (gcm ? writeGcmVector : writeCounterVector)(vector, 0, this.#salt, ssrc, index >>> 16, index & 0xffff);
    return vector;
  }

  tag(authenticated: Buffer): Buffer {
    if (!this.authentication) throw new TypeError('AES-GCM makes its tag by itself');
    return createHmac('sha1', this.authentication).update(authenticated).digest().subarray(0, TAG_BYTES[this.profile]);
  }
}

export class SrtcpSender {
  readonly #session: Session;
  #index = 0;

  constructor({ profile, rtcp }: SrtpKeys) {
    this.#session = new Session(profile, rtcp);
  }

  /** @param compound at least one packet of RTCP, of eight bytes or more */
  protect(compound: Buffer): Buffer {
    const index = this.#index;
    this.#index = (index + 1) & MAX_INDEX;
    const { profile, encryption } = this.#session;
    const clear = compound.subarray(0, CLEAR_BYTES);
    const vector = this.#session.vector(compound.readUInt32BE(4), index);
    const word = Buffer.alloc(INDEX_BYTES);
    word.writeUInt32BE((ENCRYPTED_FLAG | index) >>> 0);
    if (profile === SRTP_PROFILES.aes128Gcm) {
      const cipher = createCipheriv('aes-128-gcm', encryption, vector).setAAD(Buffer.concat([clear, word]));
      const encrypted = cipher.update(compound.subarray(CLEAR_BYTES));
      cipher.final();
      return Buffer.concat([clear, encrypted, cipher.getAuthTag(), word]);
    }
    const encrypted = createCipheriv('aes-128-ctr', encryption, vector).update(compound.subarray(CLEAR_BYTES));
    const authenticated = Buffer.concat([clear, encrypted, word]);
    return Buffer.concat([authenticated, this.#session.tag(authenticated)]);
  }
}

export class SrtcpReceiver {
  readonly #session: Session;
  /** By the sender's SSRC: each has indexes of its own (RFC 3711 §3.2.3). */
  readonly #seen = new Map<number, ReplayWindow>();

  readonly #maxSenders: number;

  /** @param maxSenders how many SSRCs are heard */
  constructor({ profile, rtcp }: SrtpKeys, maxSenders = MAX_SENDERS) {
    this.#session = new Session(profile, rtcp);
    this.#maxSenders = maxSenders;
  }

  /** @returns the compound packet in the clear; undefined for one that is forged, damaged, unencrypted or has come before */
  unprotect(datagram: Buffer): Buffer | undefined {
    const gcm = this.#session.profile === SRTP_PROFILES.aes128Gcm;
    const tagBytes = TAG_BYTES[this.#session.profile];
    if (datagram.length < CLEAR_BYTES + tagBytes + INDEX_BYTES) return undefined;
    const wordAt = datagram.length - INDEX_BYTES - (gcm ? 0 : tagBytes);
    const word = datagram.readUInt32BE(wordAt);
    const index = word & MAX_INDEX;
    const ssrc = datagram.readUInt32BE(4);
    const seen = this.#seen.get(ssrc);
    if (word < ENCRYPTED_FLAG || seen?.admits(index) === false || (!seen && this.#seen.size >= this.#maxSenders)) return undefined;
    const compound = gcm ? this.#openGcm(datagram, wordAt, index) : this.#openCounterMode(datagram, wordAt, index);
    if (compound) this.#windowOf(ssrc).note(index);
    return compound;
  }

  #windowOf(ssrc: number): ReplayWindow {
    const window = this.#seen.get(ssrc) ?? new ReplayWindow();
    this.#seen.set(ssrc, window);
    return window;
  }

  #openGcm(datagram: Buffer, wordAt: number, index: number): Buffer | undefined {
    const clear = datagram.subarray(0, CLEAR_BYTES);
    const tagAt = wordAt - TAG_BYTES[SRTP_PROFILES.aes128Gcm];
    const decipher = createDecipheriv('aes-128-gcm', this.#session.encryption, this.#session.vector(datagram.readUInt32BE(4), index), { authTagLength: wordAt - tagAt });
    decipher.setAAD(Buffer.concat([clear, datagram.subarray(wordAt)])).setAuthTag(datagram.subarray(tagAt, wordAt));
    const plain = decipher.update(datagram.subarray(CLEAR_BYTES, tagAt));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return Buffer.concat([clear, plain]);
  }

  #openCounterMode(datagram: Buffer, wordAt: number, index: number): Buffer | undefined {
    const tag = this.#session.tag(datagram.subarray(0, wordAt + INDEX_BYTES));
    if (!timingSafeEqual(tag, datagram.subarray(wordAt + INDEX_BYTES))) return undefined;
    const vector = this.#session.vector(datagram.readUInt32BE(4), index);
    const plain = createCipheriv('aes-128-ctr', this.#session.encryption, vector).update(datagram.subarray(CLEAR_BYTES, wordAt));
    return Buffer.concat([datagram.subarray(0, CLEAR_BYTES), plain]);
  }
}
