/** A request outside any dialog, with the headers that RFC 3261 §8.1.1 wants of it; Via comes when it is sent. */

import { Headers } from '../message/headers.ts';
import { SipRequest } from '../message/message.ts';
import type { RandomSource } from '../timing/random.ts';
import { headerEntries, type HeaderValues } from '../transaction/responses.ts';

/** 48 and 96 bits: unguessable, and short, for INVITE and offer share one datagram. */
const TAG_BYTES = 6;
const CALL_ID_BYTES = 12;
/** Methods that make a dialog, and so must say where its later requests go (§8.1.1.8, RFC 6665 §4.1.2.1). */
const DIALOG_MAKING = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

export interface RequestOptions {
  /** URI or name-addr; gets a tag unless it has one. */
  readonly from: string;
  /** URI or name-addr; the Request-URI unless told otherwise. */
  readonly to?: string;
  readonly callId?: string;
  /** 1 unless told otherwise. */
  readonly cseq?: number;
  /** Added after the mandatory ones; a Contact here takes the place of the agent's own. */
  readonly headers?: HeaderValues;
  readonly body?: string | Buffer;
  readonly contentType?: string;
}

export interface RequestDefaults {
  readonly random: RandomSource;
  /** Value of the Contact header. */
  readonly contact: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
}

export function createRequest(defaults: RequestDefaults, method: string, uri: string, options: RequestOptions): SipRequest {
  const { random } = defaults;
  const headers = new Headers();
  const from = nameAddress(options.from);
  headers.append('Max-Forwards', '70');
  headers.append('From', /;\s*tag=/i.test(from) ? from : `${from};tag=${random.token(TAG_BYTES)}`);
  headers.append('To', nameAddress(options.to ?? uri));
  headers.append('Call-ID', options.callId ?? random.token(CALL_ID_BYTES));
  headers.append('CSeq', `${options.cseq ?? 1} ${method}`);
  const given = [...headerEntries(options.headers ?? [])];
  if (DIALOG_MAKING.has(method) && !given.some(([name]) => name.toLowerCase() === 'contact')) headers.append('Contact', defaults.contact);
  for (const [name, value] of given) headers.append(name, value);
  for (const [name, value] of defaults.requestHeaders) if (!headers.has(name)) headers.append(name, value);
  if (options.contentType !== undefined) headers.append('Content-Type', options.contentType);
  const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
  return new SipRequest(method, uri, headers, body);
}

function nameAddress(text: string): string {
  return text.includes('<') ? text : `<${text}>`;
}
