/** The hash functions of digest authentication (RFC 8760 §2, RFC 7616 §3.4): SHA-256, and MD5 where it is allowed. */

import { hash } from 'node:crypto';

export type DigestAlgorithm = 'SHA-256' | 'MD5';

/** MD5 is left to whoever must live with old devices and says so. */
export const DEFAULT_ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256'];

const NODE_NAMES: Readonly<Record<DigestAlgorithm, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

/** Hexadecimal digits of a hash. */
export const DIGEST_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { 'SHA-256': 64, MD5: 32 };

/** @param name as in an `algorithm` parameter; a missing one means MD5 (RFC 7616 §3.3) */
export function algorithmOf(name: string | undefined): DigestAlgorithm | undefined {
  const upper = (name ?? 'MD5').toUpperCase();
  return upper === 'SHA-256' || upper === 'MD5' ? upper : undefined;
}

/** Everything that goes into a response besides the password. */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** Undefined for a challenge without qop, as servers of RFC 2543's time send. */
  readonly qop: { readonly cnonce: string; readonly nc: string } | undefined;
  readonly method: string;
  readonly uri: string;
}

/** The response parameter for `qop=auth` (RFC 7616 §3.4.1), in lower-case hexadecimal digits. */
export function digestResponse(input: DigestInput, password: string): string {
  const digest = (text: string): string => hash(NODE_NAMES[input.algorithm], text, 'hex');
  const ha1 = digest(`${input.username}:${input.realm}:${password}`);
  const ha2 = digest(`${input.method}:${input.uri}`);
  const { qop } = input;
  return digest(qop === undefined ? `${ha1}:${input.nonce}:${ha2}` : `${ha1}:${input.nonce}:${qop.nc}:${qop.cnonce}:auth:${ha2}`);
}
