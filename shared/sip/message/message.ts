/**
 * Requests and responses (RFC 3261 §7). Headers stay text until a typed accessor asks; what it made of them is
 * remembered until that header is set anew.
 */

import type { NameAddress } from './address.ts';
import { parseCSeq, type CSeq } from './cseq.ts';
import type { Field } from './field.ts';
import { Headers } from './headers.ts';
import { DEFAULT_MAX_FORWARDS } from './scalars.ts';
import { reasonPhrase } from './status.ts';
import { SipSyntaxError } from './syntax-error.ts';
import { parseUri, type Uri } from './uri.ts';
import { readContacts, readExpires, readFrom, readMaxForwards, readMediaType, readRecordRoutes, readRoutes, readTo, readVias, refuseTooMany } from './values.ts';
import type { Via } from './via.ts';

const NO_BODY = Buffer.alloc(0);

/** Typed accessors throw SipSyntaxError for a malformed value, and for a missing one that every message must have. */
export abstract class SipMessage {
  headers: Headers;
  body: Buffer;

  constructor(headers: Headers, body: Buffer) {
    this.headers = headers;
    this.body = body;
  }

  get callId(): string {
    const value = this.#mandatory('Call-ID').value;
    if (value === '') throw new SipSyntaxError('Call-ID is empty', { header: 'Call-ID' });
    return value;
  }

  get cseq(): CSeq {
    return this.#mandatory('CSeq').parsed(parseCSeq);
  }

  get from(): NameAddress {
    return this.#mandatory('From').parsed(readFrom);
  }

  get to(): NameAddress {
    return this.#mandatory('To').parsed(readTo);
  }

  /** From the topmost, which the last hop wrote, to the sender's. */
  get vias(): readonly Via[] {
    this.#mandatory('Via');
    return this.#list('Via', readVias);
  }

  get topVia(): Via {
    const [via] = this.#mandatory('Via').parsed(readVias);
    if (via === undefined) throw new SipSyntaxError('Via is empty', { header: 'Via' });
    return via;
  }

  /** Empty when there is none; `'*'` is REGISTER's wish to remove all (RFC 3261 §10.2.2). */
  get contacts(): readonly NameAddress[] | '*' {
    return this.headers.keyed('Contact')?.value === '*' ? '*' : this.#list('Contact', readContacts);
  }

  get routes(): readonly NameAddress[] {
    return this.#list('Route', readRoutes);
  }

  get recordRoutes(): readonly NameAddress[] {
    return this.#list('Record-Route', readRecordRoutes);
  }

  /** Media type in lower case without its parameters. */
  get contentType(): string | undefined {
    return this.headers.keyed('Content-Type')?.parsed(readMediaType);
  }

  /** Seconds, at most 2^32 - 1. */
  get expires(): number | undefined {
    return this.headers.keyed('Expires')?.parsed(readExpires);
  }

  /** 70 where the header is missing. */
  get maxForwards(): number {
    return this.headers.keyed('Max-Forwards')?.parsed(readMaxForwards) ?? DEFAULT_MAX_FORWARDS;
  }

  /** The body as UTF-8 text. */
  bodyText(): string {
    return this.body.toString('utf8');
  }

  #mandatory(name: string): Field {
    const field = this.headers.keyed(name);
    if (field === undefined) throw new SipSyntaxError(`${name} is missing`, { header: name });
    return field;
  }

  #list<T>(name: string, read: (line: string) => readonly T[]): readonly T[] {
    let first: readonly T[] | undefined;
    let all: T[] | undefined;
    for (const field of this.headers.fields) {
      if (field.key !== name) continue;
      const values = field.parsed(read);
      if (first === undefined) first = values;
      else {
        all ??= [...first];
        all.push(...values);
        refuseTooMany(all, name);
      }
    }
    return all ?? first ?? [];
  }
}

export class SipRequest extends SipMessage {
  method: string;
  #uri: string;
  #parsedUri: Uri | undefined;

  constructor(method: string, uri: string, headers: Headers = new Headers(), body: Buffer = NO_BODY) {
    super(headers, body);
    this.method = method;
    this.#uri = uri;
  }

  /** The Request-URI as text. */
  get uri(): string {
    return this.#uri;
  }

  set uri(uri: string) {
    this.#uri = uri;
    this.#parsedUri = undefined;
  }

  /** Read once, then remembered. @throws SipSyntaxError */
  parsedUri(): Uri {
    return (this.#parsedUri ??= parseUri(this.#uri));
  }

  /** A copy whose headers change independently; the body is shared. */
  clone(): SipRequest {
    return new SipRequest(this.method, this.#uri, this.headers.clone(), this.body);
  }
}

export class SipResponse extends SipMessage {
  status: number;
  reason: string;

  constructor(status: number, reason: string = reasonPhrase(status), headers: Headers = new Headers(), body: Buffer = NO_BODY) {
    super(headers, body);
    this.status = status;
    this.reason = reason;
  }

  /** A copy whose headers change independently; the body is shared. */
  clone(): SipResponse {
    return new SipResponse(this.status, this.reason, this.headers.clone(), this.body);
  }
}
