/** The tokens that say who asks: JWTs (RFC 7519) signed with HMAC-SHA-256 by this server's key, and never believed for what their header says. */
import { jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { z } from 'zod';

const ALGORITHM = 'HS256';
const ISSUER = 'sipcast';
const MS_PER_SECOND = 1000;

export const ACCESS_LIFETIME_MS = 15 * 60_000;
export const REFRESH_LIFETIME_MS = 30 * 24 * 3_600_000;

/** Ours have some 400 characters. */
export const MAX_TOKEN_CHARACTERS = 4096;

/** What tells the two kinds apart, as their audience: neither is taken for the other. */
type Kind = 'access' | 'refresh';

/** What an access token says beside the session it belongs to, for the page to show. */
export interface AccessClaims {
  readonly accountId: string;
  readonly sessionId: string;
  readonly email: string;
  readonly fullName: string;
  readonly operator: boolean;
}

export interface RefreshClaims {
  readonly accountId: string;
  readonly sessionId: string;
  readonly generation: number;
}

const accessSchema = z.object({ sub: z.string(), sid: z.string() });
const refreshSchema = accessSchema.extend({ gen: z.int().nonnegative() });

/** SIGNING_KEY_BYTES random bytes, or who has them: rejects while he is away. */
export type SigningKey = Uint8Array | (() => Promise<Uint8Array>);

export class Tokens {
  readonly #key: SigningKey;
  readonly #wallClock: () => number;

  /** @param wallClock ms since 1970 */
  constructor(key: SigningKey, wallClock: () => number) {
    this.#key = key;
    this.#wallClock = wallClock;
  }

  access({ accountId, sessionId, email, fullName, operator }: AccessClaims): Promise<string> {
    return this.#sign('access', { sub: accountId, sid: sessionId, email, full_name: fullName, operator }, this.#wallClock() + ACCESS_LIFETIME_MS);
  }

  /** @param expiresMs when its session ends unless it is used */
  refresh({ accountId, sessionId, generation }: RefreshClaims, expiresMs: number): Promise<string> {
    return this.#sign('refresh', { sub: accountId, sid: sessionId, gen: generation }, expiresMs);
  }

  /** @returns whose it is; undefined when it is none of ours, expired, or of the other kind. Whether the session still is, only the store knows. */
  async readAccess(token: string): Promise<{ accountId: string; sessionId: string } | undefined> {
    const claims = accessSchema.safeParse(await this.#verify('access', token)).data;
    return claims && { accountId: claims.sub, sessionId: claims.sid };
  }

  /** Likewise. */
  async readRefresh(token: string): Promise<RefreshClaims | undefined> {
    const claims = refreshSchema.safeParse(await this.#verify('refresh', token)).data;
    return claims && { accountId: claims.sub, sessionId: claims.sid, generation: claims.gen };
  }

  async #sign(kind: Kind, claims: JWTPayload, expiresMs: number): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(kind)
      .setIssuedAt(Math.floor(this.#wallClock() / MS_PER_SECOND))
      .setExpirationTime(Math.floor(expiresMs / MS_PER_SECOND))
      .sign(await this.#keyNow());
  }

  async #verify(kind: Kind, token: string): Promise<JWTPayload | undefined> {
    if (token.length > MAX_TOKEN_CHARACTERS) return undefined;
    const key = await this.#keyNow();
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: kind,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(this.#wallClock()),
      });
      return payload;
    } catch {
      return undefined;
    }
  }

  async #keyNow(): Promise<Uint8Array> {
    return typeof this.#key === 'function' ? this.#key() : this.#key;
  }
}
