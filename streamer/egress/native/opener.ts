/** What viewers say by RTCP, decrypted by an OpenSSL context that is kept open: Node makes one anew for each packet, which costs ten times as much. */
import type { SessionKeys } from '../../srtp/keys.ts';
import { SRTP_PROFILES, TAG_BYTES } from '../../srtp/profile.ts';
import type { GcmOpener } from '../../srtp/srtcp.ts';
import type { CipherWorkshop } from './cipher.ts';
import type { Libraries } from './libraries.ts';
import { Memory } from './memory.ts';

/** Places in the memory. */
const VECTOR = 0;
const WRITTEN = 64;
const AUTHENTICATED = 128;
const ENCRYPTED = 512;
/** What a datagram of UDP may hold, and what lies before it. */
const MEMORY_BYTES = 66_560;

const SET_TAG = 0x11;
const TAG = TAG_BYTES[SRTP_PROFILES.aes128Gcm];

/** All that openers of a thread share: nothing in it outlives a call. */
export class OpenerMemory extends Memory {
  constructor(libraries: Pick<Libraries, 'address'>) {
    super(libraries, MEMORY_BYTES);
  }
}

/** AEAD_AES_128_GCM (RFC 7714 §9). */
export class GaloisOpener implements GcmOpener {
  readonly #libraries: Libraries;
  readonly #memory: OpenerMemory;
  #context: number;

  constructor(workshop: CipherWorkshop, memory: OpenerMemory, keys: SessionKeys) {
    this.#libraries = workshop.libraries;
    this.#memory = memory;
    this.#context = workshop.openDecipher(keys.encryption);
  }

  open(vector: Uint8Array, datagram: Buffer, clearBytes: number, tagAt: number): Buffer | undefined {
    const libraries = this.#libraries;
    const { bytes, address } = this.#memory;
    const context = this.#context;
    const behind = datagram.length - tagAt - TAG;
    const length = tagAt - clearBytes;
    if (context === 0 || behind < 0 || length < 0 || ENCRYPTED + length + TAG > bytes.length) return undefined;
    bytes.set(vector, VECTOR);
    datagram.copy(bytes, AUTHENTICATED, 0, clearBytes);
    datagram.copy(bytes, AUTHENTICATED + clearBytes, tagAt + TAG);
    datagram.copy(bytes, ENCRYPTED, clearBytes, tagAt + TAG);
    const begin = address + ENCRYPTED;
    const written = address + WRITTEN;
    libraries.EVP_DecryptInit_ex(context, 0, 0, 0, address + VECTOR);
    libraries.EVP_DecryptUpdate(context, 0, written, address + AUTHENTICATED, clearBytes + behind);
    if (length > 0) libraries.EVP_DecryptUpdate(context, begin, written, begin, length);
    libraries.EVP_CIPHER_CTX_ctrl(context, SET_TAG, TAG, begin + length);
    // Whatever was decrypted is worth nothing before this says so.
    if (libraries.EVP_DecryptFinal_ex(context, begin + length, written) !== 1) return undefined;
    const compound = Buffer.allocUnsafe(tagAt);
    datagram.copy(compound, 0, 0, clearBytes);
    bytes.copy(compound, clearBytes, ENCRYPTED, ENCRYPTED + length);
    return compound;
  }

  close(): void {
    if (this.#context !== 0) this.#libraries.EVP_CIPHER_CTX_free(this.#context);
    this.#context = 0;
  }
}
