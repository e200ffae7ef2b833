/** Requests as a streamer or a front would send them, as text on the wire and parsed. */

import { SipRequest } from '../../../shared/sip/message/message.ts';
import { sipUri } from '../../../shared/sip/message/uri.ts';
import { parseMessage } from '../../../shared/sip/parser/parser.ts';

let branches = 0;

export interface RequestOptions {
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly via?: string;
  readonly maxForwards?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly contentType?: string;
  readonly body?: string;
}

/** The bytes of a request; every call makes a new branch. */
export function requestBytes(method: string, options: RequestOptions = {}): Buffer {
  const body = options.body ?? '';
  const lines = [
    `${method} ${options.uri ?? 'sip:127.0.0.1'} SIP/2.0`,
    `Via: SIP/2.0/UDP ${options.via ?? '127.0.0.1:9997'};branch=z9hG4bKtest${++branches};rport`,
    `Max-Forwards: ${options.maxForwards ?? 70}`,
    `From: ${options.from ?? '<sip:someone@127.0.0.1>;tag=from'}`,
    `To: ${options.to ?? '<sip:127.0.0.1>'}`,
    `Call-ID: ${options.callId ?? `call-${branches}`}`,
    `CSeq: ${options.cseq ?? 1} ${method}`,
    ...(options.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    ...(body === '' ? [] : [`Content-Type: ${options.contentType ?? 'application/json'}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export function request(method: string, options: RequestOptions = {}): SipRequest {
  const message = parseMessage(requestBytes(method, options));
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

export interface RegisterOptions extends RequestOptions {
  /** Contact values; one at the default address unless given, none for a query. */
  readonly contacts?: readonly string[];
  readonly expires?: number;
  readonly info?: unknown;
}

/** What a REGISTER of `name` is made of. */
export function registerOptions(name: string, options: RegisterOptions = {}): RequestOptions {
  const aor = `<${sipUri(name, '127.0.0.1')}>`;
  const contacts = options.contacts ?? [`<${sipUri(name, '127.0.0.1', 9997)}>`];
  return {
    from: `${aor};tag=reg`,
    to: aor,
    callId: `register-${Buffer.from(name).toString('hex').slice(0, 40)}`,
    ...options,
    headers: [
      ...contacts.map((contact) => ['Contact', contact] as const),
      ...(options.expires === undefined ? [] : [['Expires', String(options.expires)] as const]),
      ...(options.headers ?? []),
    ],
    ...(options.info === undefined ? {} : { body: JSON.stringify(options.info) }),
  };
}

export function register(name: string, options: RegisterOptions = {}): SipRequest {
  return request('REGISTER', registerOptions(name, options));
}
