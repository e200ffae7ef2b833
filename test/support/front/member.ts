/** A program that uses accounts and rooms over HTTP, with the tokens it was given. */
import type { PasswordCost } from '../../../front/passwords/passwords.ts';
import type { Answer } from './client.ts';

/** As little as argon2 lets one pay. */
export const CHEAP: PasswordCost = { memoryKib: 8, passes: 1 };

export const PASSWORD = 'correct horse';

export class Member {
  readonly url: string;
  access = '';
  refresh = '';

  constructor(url: string) {
    this.url = url;
  }

  /** Somebody with a new account, `<first>@example.org`. */
  static async create(url: string, first: string, last = 'Núñez'): Promise<Member> {
    const member = new Member(url);
    const answer = await member.send('POST', '/user/create/', { email: `${first}@example.org`, first_name: first, last_name: last, password: PASSWORD });
    if (answer.status !== 201) throw new Error(`${first} got no account: ${JSON.stringify(answer.body)}`);
    return member;
  }

  async signIn(email: string, password = PASSWORD): Promise<Answer> {
    return this.send('POST', '/token/', { email, password });
  }

  /** Asks as this member; tokens that come back are kept. */
  async send(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers({ 'content-type': 'application/json', ...(this.access && { authorization: `Bearer ${this.access}` }) });
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const response = await fetch(this.url + path, { ...init, method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
    const { access, refresh } = answer.body;
    if (typeof access === 'string') this.access = access;
    if (typeof refresh === 'string') this.refresh = refresh;
    return answer;
  }

  /** Makes a room and returns it. */
  async room(title: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown> & { id: string; key: string }> {
    const { status, body } = await this.send('POST', '/rooms/', { title, ...more });
    if (status !== 201) throw new Error(`no room was made: ${JSON.stringify(body)}`);
    return body as Record<string, unknown> & { id: string; key: string };
  }
}

/** What a token says, believed without a look at its signature. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
