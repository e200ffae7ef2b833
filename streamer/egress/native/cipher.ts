/** OpenSSL contexts that are kept open for a viewer and encrypt his packets where they lie. */
import { rolloverOf, SRTP_PROFILES, TAG_BYTES } from '../../srtp/profile.ts';
import type { SessionKeys, SrtpKeys } from '../../srtp/keys.ts';
import { writeCounterVector, writeGcmVector } from '../../srtp/vectors.ts';
import type { Libraries } from './libraries.ts';
import { Memory } from './memory.ts';

export interface PacketCipher {
  readonly tagBytes: number;
  /**
   * Encrypts a packet in place and puts its tag behind it.
   * @param bytes what the packet lies in; `address` is where it begins
   * @param at offset of the packet
   * @param headerBytes what stays readable
   * @param length with the header, without the tag
   * @param sequence the packet's index (RFC 3711 §3.3.1)
   */
  encrypt(bytes: Buffer, address: number, at: number, headerBytes: number, length: number, ssrc: number, sequence: number): void;
  free(): void;
}

/** Parts of the scratch memory: nothing in it outlives a call. */
const VECTOR = 0;
const WRITTEN = 64;
const TAG = 128;
const KEY = 256;
const PARAMETERS = 512;
const NAME = 640;
const VALUE = 704;
const SCRATCH_BYTES = 4096;

const GET_TAG = 0x10;
const MAX_TAG_BYTES = 64;
const ROLLOVER_BYTES = 4;

/** What all ciphers of a thread share. */
export class CipherWorkshop {
  readonly libraries: Libraries;
  readonly scratch: Memory;
  readonly #gcm: number;
  readonly #counterMode: number;
  readonly #hmac: number;

  /** @throws Error when OpenSSL does not know HMAC */
  constructor(libraries: Libraries) {
    this.libraries = libraries;
    this.scratch = new Memory(libraries, SCRATCH_BYTES);
    this.#gcm = libraries.EVP_aes_128_gcm();
    this.#counterMode = libraries.EVP_aes_128_ctr();
    this.#hmac = libraries.EVP_MAC_fetch(0, 'HMAC', 0);
    if (this.#hmac === 0) throw new Error('its OpenSSL has no HMAC');
    this.#writeDigestParameter();
  }

  cipherFor({ profile, rtp }: SrtpKeys): PacketCipher {
    return profile === SRTP_PROFILES.aes128Gcm ? new GaloisCipher(this, rtp) : new CounterModeCipher(this, rtp);
  }

  openCipher(galois: boolean, key: Buffer): number {
    const { libraries } = this;
    const context = libraries.EVP_CIPHER_CTX_new();
    const opened = context !== 0 && this.#withKey(key, (address) => libraries.EVP_EncryptInit_ex(context, galois ? this.#gcm : this.#counterMode, 0, address, 0));
    if (!opened) throw new Error('OpenSSL opens no AES');
    return context;
  }

  /** Of AES-GCM. */
  openDecipher(key: Buffer): number {
    const { libraries } = this;
    const context = libraries.EVP_CIPHER_CTX_new();
    const opened = context !== 0 && this.#withKey(key, (address) => libraries.EVP_DecryptInit_ex(context, this.#gcm, 0, address, 0));
    if (!opened) throw new Error('OpenSSL opens no AES');
    return context;
  }

  openMac(key: Buffer): number {
    const { libraries, scratch } = this;
    const context = libraries.EVP_MAC_CTX_new(this.#hmac);
    const opened = context !== 0 && this.#withKey(key, (address) => libraries.EVP_MAC_init(context, address, key.length, scratch.address + PARAMETERS));
    if (!opened) throw new Error('OpenSSL opens no HMAC-SHA1');
    return context;
  }

  #withKey(key: Buffer, use: (address: number) => number): boolean {
    const { bytes, address } = this.scratch;
    key.copy(bytes, KEY);
    const result = use(address + KEY);
    bytes.fill(0, KEY, KEY + key.length);
    return result === 1;
  }

  /** An array of two OSSL_PARAM: digest = SHA1, and the end. */
  #writeDigestParameter(): void {
    const { scratch } = this;
    const utf8String = 4;
    scratch.bytes.write('digest\0', NAME);
    scratch.bytes.write('SHA1\0', VALUE);
    scratch.writePointer(PARAMETERS, scratch.address + NAME);
    scratch.writePointer(PARAMETERS + 8, utf8String);
    scratch.writePointer(PARAMETERS + 16, scratch.address + VALUE);
    scratch.writePointer(PARAMETERS + 24, 'SHA1'.length);
  }
}

/** AEAD_AES_128_GCM (RFC 7714 §8). */
class GaloisCipher implements PacketCipher {
  readonly tagBytes = TAG_BYTES[SRTP_PROFILES.aes128Gcm];
  readonly #libraries: Libraries;
  readonly #scratch: Memory;
  readonly #salt: Buffer;
  #context: number;

  constructor(workshop: CipherWorkshop, keys: SessionKeys) {
    this.#libraries = workshop.libraries;
    this.#scratch = workshop.scratch;
    this.#salt = keys.salt;
    this.#context = workshop.openCipher(true, keys.encryption);
  }

  encrypt(_: Buffer, address: number, __: number, headerBytes: number, length: number, ssrc: number, sequence: number): void {
    const libraries = this.#libraries;
    const context = this.#context;
    const scratch = this.#scratch.address;
    writeGcmVector(this.#scratch.bytes, VECTOR, this.#salt, ssrc, rolloverOf(sequence), sequence & 0xffff);
    const begin = address + headerBytes;
    const end = address + length;
    libraries.EVP_EncryptInit_ex(context, 0, 0, 0, scratch + VECTOR);
    libraries.EVP_EncryptUpdate(context, 0, scratch + WRITTEN, address, headerBytes);
    libraries.EVP_EncryptUpdate(context, begin, scratch + WRITTEN, begin, length - headerBytes);
    libraries.EVP_EncryptFinal_ex(context, end, scratch + WRITTEN);
    libraries.EVP_CIPHER_CTX_ctrl(context, GET_TAG, this.tagBytes, end);
  }

  free(): void {
    if (this.#context !== 0) this.#libraries.EVP_CIPHER_CTX_free(this.#context);
    this.#context = 0;
  }
}

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4). */
class CounterModeCipher implements PacketCipher {
  readonly tagBytes = TAG_BYTES[SRTP_PROFILES.aes128CmSha1Tag80];
  readonly #libraries: Libraries;
  readonly #scratch: Memory;
  readonly #salt: Buffer;
  #context: number;
  #mac: number;

  constructor(workshop: CipherWorkshop, keys: SessionKeys) {
    this.#libraries = workshop.libraries;
    this.#scratch = workshop.scratch;
    this.#salt = keys.salt;
    this.#context = workshop.openCipher(false, keys.encryption);
    this.#mac = workshop.openMac(keys.authentication);
  }

  encrypt(bytes: Buffer, address: number, at: number, headerBytes: number, length: number, ssrc: number, sequence: number): void {
    const libraries = this.#libraries;
    const mac = this.#mac;
    const scratch = this.#scratch;
    const rollover = rolloverOf(sequence);
    writeCounterVector(scratch.bytes, VECTOR, this.#salt, ssrc, rollover, sequence & 0xffff);
    const begin = address + headerBytes;
    libraries.EVP_EncryptInit_ex(this.#context, 0, 0, 0, scratch.address + VECTOR);
    libraries.EVP_EncryptUpdate(this.#context, begin, scratch.address + WRITTEN, begin, length - headerBytes);
    // The rollover counter is authenticated behind the packet without being sent: it stands where the tag will.
    bytes.writeUInt32BE(rollover, at + length);
    libraries.EVP_MAC_init(mac, 0, 0, 0);
    libraries.EVP_MAC_update(mac, address, length + ROLLOVER_BYTES);
    libraries.EVP_MAC_final(mac, scratch.address + TAG, scratch.address + WRITTEN, MAX_TAG_BYTES);
    for (let index = 0; index < this.tagBytes; index++) bytes[at + length + index] = scratch.bytes[TAG + index] as number;
  }

  free(): void {
    if (this.#context === 0) return;
    this.#libraries.EVP_CIPHER_CTX_free(this.#context);
    this.#libraries.EVP_MAC_CTX_free(this.#mac);
    this.#context = 0;
    this.#mac = 0;
  }
}
