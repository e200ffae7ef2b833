/** STUN as ICE uses it (RFC 8489, RFC 8445 §7): binding requests and their answers over IPv4, authenticated by a short-term password. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const HEADER_BYTES = 20;
const TRANSACTION_BYTES = 12;
const COOKIE = 0x2112_a442;
const FINGERPRINT_XOR = 0x5354_554e;
const INTEGRITY_BYTES = 24;
const FINGERPRINT_BYTES = 8;

export const BINDING_REQUEST = 0x0001;
export const BINDING_SUCCESS = 0x0101;
export const BINDING_ERROR = 0x0111;

const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const XOR_MAPPED_ADDRESS = 0x0020;
const PRIORITY = 0x0024;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const ICE_CONTROLLED = 0x8029;
const ICE_CONTROLLING = 0x802a;
const IPV4 = 0x01;

export interface StunMessage {
  readonly type: number;
  /** Twelve bytes. */
  readonly transaction: Buffer;
  /** `theirs:ours`, of requests. */
  readonly username: string | undefined;
  readonly useCandidate: boolean;
  /** Which role the sender takes itself to have, of requests. */
  readonly role: 'controlling' | 'controlled' | undefined;
  readonly tieBreaker: bigint;
  /** What the pair is worth to the sender, of requests; 0 where he does not say. */
  readonly priority: number;
  /** Of error responses: 487 for a conflict of roles. */
  readonly errorCode: number | undefined;
  /** Where MESSAGE-INTEGRITY stands; undefined without one. */
  readonly integrityAt: number | undefined;
}

/** Whether a datagram is STUN's, told from DTLS and RTP as RFC 7983 says. */
export function isStun(datagram: Buffer): boolean {
  return datagram.length >= HEADER_BYTES && (datagram[0] ?? 0xff) < 4 && datagram.readUInt32BE(4) === COOKIE;
}

/** Reads a message whose authenticity is yet to be checked by {@link isAuthentic}; undefined for what is malformed. */
export function readStun(datagram: Buffer): StunMessage | undefined {
  if (!isStun(datagram) || datagram.readUInt16BE(2) !== datagram.length - HEADER_BYTES) return undefined;
  let username: string | undefined;
  let useCandidate = false;
  let role: StunMessage['role'];
  let tieBreaker = 0n;
  let priority = 0;
  let errorCode: number | undefined;
  let integrityAt: number | undefined;
  for (let at = HEADER_BYTES; at < datagram.length; ) {
    if (at + 4 > datagram.length) return undefined;
    const type = datagram.readUInt16BE(at);
    const length = datagram.readUInt16BE(at + 2);
    const value = at + 4;
    if (value + length > datagram.length) return undefined;
    // What follows MESSAGE-INTEGRITY is not protected by it, and nothing but FINGERPRINT may.
    if (integrityAt === undefined) {
      if (type === USERNAME) username = datagram.toString('utf8', value, value + length);
      else if (type === USE_CANDIDATE) useCandidate = true;
      else if (type === PRIORITY && length === 4) priority = datagram.readUInt32BE(value);
      else if ((type === ICE_CONTROLLING || type === ICE_CONTROLLED) && length === 8) {
        role = type === ICE_CONTROLLING ? 'controlling' : 'controlled';
        tieBreaker = datagram.readBigUInt64BE(value);
      } else if (type === ERROR_CODE && length >= 4) errorCode = (datagram.readUInt8(value + 2) & 0x07) * 100 + datagram.readUInt8(value + 3);
      else if (type === MESSAGE_INTEGRITY && length === INTEGRITY_BYTES - 4) integrityAt = at;
    }
    at = value + ((length + 3) & ~3);
  }
  return { type: datagram.readUInt16BE(0), transaction: datagram.subarray(8, HEADER_BYTES), username, useCandidate, role, tieBreaker, priority, errorCode, integrityAt };
}

/** Whether the message was made by somebody who knows the password (RFC 8489 §14.5). */
export function isAuthentic(datagram: Buffer, { integrityAt }: StunMessage, password: string): boolean {
  if (integrityAt === undefined) return false;
  return timingSafeEqual(integrity(datagram, integrityAt, password), datagram.subarray(integrityAt + 4, integrityAt + INTEGRITY_BYTES));
}

/** HMAC-SHA1 over the message so far, whose length has to say that MESSAGE-INTEGRITY is its end. */
function integrity(datagram: Buffer, end: number, password: string): Buffer {
  const length = datagram.readUInt16BE(2);
  datagram.writeUInt16BE(end - HEADER_BYTES + INTEGRITY_BYTES, 2);
  const code = createHmac('sha1', password).update(datagram.subarray(0, end)).digest();
  datagram.writeUInt16BE(length, 2);
  return code;
}

/** Writes attributes one after the other, and seals the message. */
class Writer {
  readonly #bytes: Buffer;
  #at = HEADER_BYTES;

  constructor(type: number, transaction: Buffer, room: number) {
    this.#bytes = Buffer.alloc(HEADER_BYTES + room + INTEGRITY_BYTES + FINGERPRINT_BYTES);
    this.#bytes.writeUInt16BE(type, 0);
    this.#bytes.writeUInt32BE(COOKIE, 4);
    transaction.copy(this.#bytes, 8, 0, TRANSACTION_BYTES);
  }

  /** @returns where the value, zeroes at first, is to be written */
  attribute(type: number, length: number): Buffer {
    this.#bytes.writeUInt16BE(type, this.#at);
    this.#bytes.writeUInt16BE(length, this.#at + 2);
    const value = this.#bytes.subarray(this.#at + 4, this.#at + 4 + length);
    this.#at += 4 + ((length + 3) & ~3);
    return value;
  }

  sealed(password: string): Buffer {
    const end = this.#at;
    const code = this.attribute(MESSAGE_INTEGRITY, INTEGRITY_BYTES - 4);
    integrity(this.#bytes, end, password).copy(code);
    const fingerprintAt = this.#at;
    const fingerprint = this.attribute(FINGERPRINT, FINGERPRINT_BYTES - 4);
    this.#bytes.writeUInt16BE(this.#at - HEADER_BYTES, 2);
    fingerprint.writeUInt32BE((crc32(this.#bytes.subarray(0, fingerprintAt)) ^ FINGERPRINT_XOR) >>> 0);
    return this.#bytes.subarray(0, this.#at);
  }
}

export interface BindingRequest {
  /** Twelve random bytes. */
  readonly transaction: Buffer;
  /** `theirs:ours`. */
  readonly username: string;
  /** The other side's. */
  readonly password: string;
  readonly priority: number;
  readonly role: 'controlling' | 'controlled';
  readonly tieBreaker: bigint;
  /** Nominates the pair; only who is controlling may. */
  readonly useCandidate: boolean;
}

/** A check of a pair, also used to ask for consent (RFC 7675). */
export function writeBindingRequest(request: BindingRequest): Buffer {
  const username = Buffer.from(request.username);
  const writer = new Writer(BINDING_REQUEST, request.transaction, 4 + username.length + 3 + 8 + 12 + 4);
  username.copy(writer.attribute(USERNAME, username.length));
  writer.attribute(PRIORITY, 4).writeUInt32BE(request.priority);
  writer.attribute(request.role === 'controlling' ? ICE_CONTROLLING : ICE_CONTROLLED, 8).writeBigUInt64BE(request.tieBreaker);
  if (request.useCandidate) writer.attribute(USE_CANDIDATE, 0);
  return writer.sealed(request.password);
}

/** @param password our own, as the request's was */
export function writeBindingSuccess(transaction: Buffer, { host, port }: { readonly host: string; readonly port: number }, password: string): Buffer {
  const writer = new Writer(BINDING_SUCCESS, transaction, 12);
  const mapped = writer.attribute(XOR_MAPPED_ADDRESS, 8);
  const octets = host.split('.').map(Number);
  mapped[1] = IPV4;
  mapped.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  mapped.writeUInt32BE((Buffer.from(octets).readUInt32BE(0) ^ COOKIE) >>> 0, 4);
  return writer.sealed(password);
}

export function writeBindingError(transaction: Buffer, code: number, password: string): Buffer {
  const writer = new Writer(BINDING_ERROR, transaction, 8);
  const value = writer.attribute(ERROR_CODE, 4);
  value[2] = Math.floor(code / 100);
  value[3] = code % 100;
  return writer.sealed(password);
}
