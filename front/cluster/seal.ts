/** The header by which one front tells another whose request it passes on, signed with the key that all of them share: nobody else can say so, and no request goes on twice. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

export const SEAL_HEADER = 'sipcast-forwarded';

/** A seal is believed for so long, ms: that of a request that is slow to arrive, and whose sender's clock is a little off. */
const SEAL_LIFETIME_MS = 60_000;

const MAX_SEAL_CHARACTERS = 2_048;

const PURPOSE = 'sipcast: requests passed on between fronts';

/** What the front that was asked knows of the request, and the next one could not. */
const passedOnSchema = z.object({
  /** Id of the front that passes it on. */
  from: z.string(),
  /** IP address of the client. */
  ip: z.string(),
  /** Whether the client speaks HTTPS. */
  secure: z.boolean(),
  /** When, ms since 1970. */
  at: z.number(),
});

export type PassedOn = z.infer<typeof passedOnSchema>;

/** The part of a request that a seal is good for. */
export interface Sealed {
  readonly method: string;
  readonly url: string;
}

export class Seals {
  readonly #key: () => Buffer;
  readonly #now: () => number;

  /** @param key what all fronts have, as of now @param now ms since 1970 */
  constructor(key: () => Buffer, now: () => number) {
    this.#key = key;
    this.#now = now;
  }

  /** The header's value. */
  seal(request: Sealed, passedOn: Omit<PassedOn, 'at'>): string {
    const payload = Buffer.from(JSON.stringify({ ...passedOn, at: this.#now() })).toString('base64url');
    return `${payload}.${this.#mac(request, payload).toString('base64url')}`;
  }

  /** @returns undefined for what no front has sealed, or not for this request, or long ago */
  open(request: Sealed, header: string | readonly string[] | undefined): PassedOn | undefined {
    if (typeof header !== 'string' || header.length > MAX_SEAL_CHARACTERS) return undefined;
    const [payload = '', mac = ''] = header.split('.', 2);
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(request, payload);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const passedOn = passedOnSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return Math.abs(this.#now() - passedOn.at) <= SEAL_LIFETIME_MS ? passedOn : undefined;
  }

  #mac({ method, url }: Sealed, payload: string): Buffer {
    return createHmac('sha256', this.#key()).update(`${PURPOSE}\n${method} ${url}\n${payload}`).digest();
  }
}
