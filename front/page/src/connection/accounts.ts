/** front's interface of accounts: making one, its tokens (RFC 6750, RFC 7519), and what it says of oneself. */
import { FailureError } from './failure.ts';
import { isRecord, textOf } from './fields.ts';
import { Http, type HttpOptions } from './http.ts';
import { MAX_NAME_UNITS } from './person.ts';

/** Whose account it is. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly fullName: string;
  readonly operator: boolean;
}

export interface NewUser {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly password: string;
}

export type UserChange =
  | { readonly firstName: string; readonly lastName: string }
  | { readonly password: string; readonly newPassword: string };

/** An access token. The refresh token that belongs to it is in a cookie that scripts cannot read. */
export interface Access {
  readonly token: string;
  /** From its making to its end, ms. */
  readonly lifetimeMs: number;
}

const MAX_TOKEN_UNITS = 8_192;
const MAX_EMAIL_UNITS = 320;
/** Of a token that does not say when it ends: docs/people.md's. */
const DEFAULT_LIFETIME_MS = 15 * 60_000;

export class Accounts {
  readonly #http: Http;

  constructor(options: HttpOptions) {
    this.#http = new Http(options);
  }

  /** Makes an account, and signs in with it. @throws FailureError `email-taken` and others */
  async create({ email, firstName, lastName, password }: NewUser): Promise<Access> {
    return readAccess(await this.#http.ask('/user/create/', { body: { email, first_name: firstName, last_name: lastName, password } }));
  }

  /** @throws FailureError `wrong-credentials`, `too-many-requests` and others */
  async signIn(email: string, password: string): Promise<Access> {
    return readAccess(await this.#http.ask('/token/', { body: { email, password } }));
  }

  /** A new access token for the refresh token in the cookie, which is replaced. @throws FailureError `invalid-token` and others */
  async refresh(): Promise<Access> {
    return readAccess(await this.#http.ask('/token/refresh/', { body: {} }));
  }

  /** Signs out; `everywhere`: on every device. @throws FailureError */
  async revoke({ everywhere }: { everywhere: boolean }): Promise<void> {
    await this.#http.ask('/token/revoke/', { body: everywhere ? { everywhere } : {} });
  }

  /** @throws FailureError */
  async user(bearer: string): Promise<User> {
    return readUser(await this.#http.ask('/user/', { method: 'GET', bearer }));
  }

  /** @throws FailureError `wrong-credentials` when the present password is not the one given, and others */
  async change(bearer: string, change: UserChange): Promise<User> {
    const body = 'newPassword' in change
      ? { password: change.password, new_password: change.newPassword }
      : { first_name: change.firstName, last_name: change.lastName };
    return readUser(await this.#http.ask('/user/', { method: 'PATCH', bearer, body }));
  }
}

function readAccess(answer: Record<string, unknown>): Access {
  const token = textOf(answer['access'], MAX_TOKEN_UNITS);
  if (token === undefined) throw new FailureError({ id: 'unexpected', detail: 'The answer holds no access token.' });
  return { token, lifetimeMs: lifetimeOf(token) };
}

/** From its own two times, since this device's clock may be wrong. */
function lifetimeOf(token: string): number {
  const { iat, exp } = claimsOf(token);
  const seconds = typeof iat === 'number' && typeof exp === 'number' ? exp - iat : NaN;
  return seconds > 0 ? seconds * 1000 : DEFAULT_LIFETIME_MS;
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const claims: unknown = JSON.parse(atob(payload));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

function readUser(answer: Record<string, unknown>): User {
  const { id } = answer;
  const key = typeof id === 'number' ? String(id) : textOf(id, MAX_EMAIL_UNITS);
  const email = textOf(answer['email'], MAX_EMAIL_UNITS);
  if (key === undefined || email === undefined) throw new FailureError({ id: 'unexpected', detail: 'The answer holds no account.' });
  const [firstName, lastName] = [textOf(answer['first_name'], MAX_NAME_UNITS) ?? '', textOf(answer['last_name'], MAX_NAME_UNITS) ?? ''];
  const fullName = textOf(answer['full_name'], MAX_NAME_UNITS) ?? `${firstName} ${lastName}`.trim();
  return { id: key, email, firstName, lastName, fullName, operator: answer['operator'] === true };
}
