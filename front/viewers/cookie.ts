/**
 * The cookie that proves a name: name, token of the reservation and an HMAC over both, so that neither can be made up.
 * One browser may hold a few names at once (a tab each), hence one cookie holds a few proofs.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const COOKIE_NAME = 'sipcast';

/** Names that one browser can use side by side; a further one takes the oldest's place. */
export const MAX_PROOFS = 4;

/** Longest Cookie header that is looked at, in characters; browsers send no single cookie over 4 kB. */
const MAX_COOKIE_HEADER_CHARACTERS = 8192;

const PROOF_SEPARATOR = '~';
const PROOF = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** That the bearer was given `name`; the token tells that reservation from later ones of the same name. */
export interface NameProof {
  readonly name: string;
  readonly token: string;
}

/** Writes and checks proofs by its keys; whoever has another key's cookie has none. */
export class CookieSigner {
  #key: Buffer;
  /** What was signed with, before; still believed. */
  readonly #earlier: Buffer[] = [];

  /** @param key at least 32 random bytes; kept by a service that wants its cookies to outlive it. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Signs with another key from now on. */
  adopt(key: Buffer): void {
    if (key.equals(this.#key)) return;
    this.#earlier.push(this.#key);
    this.#key = key;
  }

  /** The cookie's value for `proofs`, the newest last; older ones beyond MAX_PROOFS are left out. */
  sign(proofs: readonly NameProof[]): string {
    return proofs
      .slice(-MAX_PROOFS)
      .map(({ name, token }) => {
        const encoded = Buffer.from(name).toString('base64url');
        return `${encoded}.${token}.${mac(this.#key, encoded, token).toString('base64url')}`;
      })
      .join(PROOF_SEPARATOR);
  }

  /** The proofs in a Cookie header, the newest last; whatever is malformed or signed by others is passed over. */
  read(cookieHeader: string | undefined): NameProof[] {
    const value = readCookie(cookieHeader, COOKIE_NAME);
    if (value === undefined) return [];
    return value
      .split(PROOF_SEPARATOR, MAX_PROOFS)
      .map((text) => this.#verify(text))
      .filter((proof) => proof !== undefined);
  }

  #verify(text: string): NameProof | undefined {
    const [, encoded, token, signature] = PROOF.exec(text) ?? [];
    if (encoded === undefined || token === undefined || signature === undefined) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const isBy = (key: Buffer) => {
      const expected = mac(key, encoded, token);
      return given.length === expected.length && timingSafeEqual(given, expected);
    };
    if (!isBy(this.#key) && !this.#earlier.some(isBy)) return undefined;
    return { name: Buffer.from(encoded, 'base64url').toString(), token };
  }
}

function mac(key: Buffer, encodedName: string, token: string): Buffer {
  return createHmac('sha256', key).update(`${encodedName}.${token}`).digest();
}

/** The Set-Cookie header (RFC 6265) for `value`; page scripts never see it, and other sites' requests never carry it. */
export function setCookieHeader(value: string, { secure }: { secure: boolean }): string {
  return `${COOKIE_NAME}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** The value of the cookie called `wanted` in a Cookie header; undefined when there is none. */
export function readCookie(header: string | undefined, wanted: string): string | undefined {
  if (header === undefined || header.length > MAX_COOKIE_HEADER_CHARACTERS) return undefined;
  for (const pair of header.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === wanted) return value;
  }
  return undefined;
}
