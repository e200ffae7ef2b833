/**
 * SRTCP both ways (RFC 3711 §3.4, RFC 7714 §9). We send few such packets beside those of media, so that what the JavaScript
 * engine offers is good enough for them; viewers send ten times as many, for which there may be something better.
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

/** Decrypts packets of AES-GCM by the key of one session, in place of Node, which prepares the key anew for each of them. */
export interface GcmOpener {
  /**
   * @param vector twelve bytes
   * @param datagram whose first `clearBytes` are readable, and what is behind the tag as well; both are authenticated
   * @param tagAt where the tag begins
   * @returns all before the tag, in the clear and in memory of its own; undefined for what is not authentic
   */
  open(vector: Uint8Array, datagram: Buffer, clearBytes: number, tagAt: number): Buffer | undefined;
  /** Frees the key; nothing is opened any more. */
  close(): void;
}

export interface SrtcpReceiverOptions {
  /** How many SSRCs are heard; as many as a browser that watches needs unless given. */
  readonly maxSenders?: number;
  /** Node unless given. Belongs to the receiver from then on. */
  readonly opener?: GcmOpener | undefined;
}

export class SrtcpReceiver {
  readonly #session: Session;
  /** By the sender's SSRC: each has indexes of its own (RFC 3711 §3.2.3). */
  readonly #seen = new Map<number, ReplayWindow>();
  readonly #maxSenders: number;
  readonly #opener: GcmOpener | undefined;

  constructor({ profile, rtcp }: SrtpKeys, { maxSenders = MAX_SENDERS, opener }: SrtcpReceiverOptions = {}) {
    this.#session = new Session(profile, rtcp);
    this.#maxSenders = maxSenders;
    this.#opener = opener;
  }

  /** Frees what Node does not know of; nothing is to be unprotected any more. */
  close(): void {
    this.#opener?.close();
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
    const tagAt = wordAt - TAG_BYTES[SRTP_PROFILES.aes128Gcm];
    const vector = this.#session.vector(datagram.readUInt32BE(4), index);
    if (this.#opener) return this.#opener.open(vector, datagram, CLEAR_BYTES, tagAt);
    const clear = datagram.subarray(0, CLEAR_BYTES);
    const decipher = createDecipheriv('aes-128-gcm', this.#session.encryption, vector, { authTagLength: wordAt - tagAt });
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
