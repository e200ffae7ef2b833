/** One Via value: where a response goes next (RFC 3261 §20.42; RFC 3581 for received and rport). */

import { isIP } from 'node:net';
import { isToken, skipWhitespace, SPACE, TAB, trimmed } from './characters.ts';
import { formatHostPort, parseHostPort } from './host.ts';
import { NO_PARAMETERS, parseParameters, type Parameters, type ParameterValue } from './parameters.ts';
import { MAX_PORT, parseDigits } from './scalars.ts';
import { SipSyntaxError } from './syntax-error.ts';

/** What RFC 3261 §8.1.1.7 puts before every branch that is unique in space and time. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Immutable; `withParameter` gives a changed copy. */
export class Via {
  /** `SIP/2.0` */
  readonly protocol: string;
  /** In upper case. */
  readonly transport: string;
  /** An IPv6 address has no brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;

  constructor(transport: string, host: string, port?: number, parameters: Parameters = NO_PARAMETERS, protocol = 'SIP/2.0') {
    this.protocol = protocol;
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.parameters = parameters;
  }

  get branch(): string | undefined {
    return this.#value('branch');
  }

  /** Address that the request really came from, without brackets. */
  get received(): string | undefined {
    return withoutBrackets(this.#value('received'));
  }

  get maddr(): string | undefined {
    return withoutBrackets(this.#value('maddr'));
  }

  /** `true` is the sender's wish, a number the port that the request really came from (RFC 3581 §3, §4). */
  get rport(): number | true | undefined {
    const value = this.parameters.get('rport');
    if (value === undefined || value === true) return value;
    const port = parseDigits(value, MAX_PORT);
    return port === Infinity ? undefined : port;
  }

  withParameter(name: string, value: ParameterValue): Via {
    return new Via(this.transport, this.host, this.port, this.parameters.with(name, value), this.protocol);
  }

  /** As whoever received it completes it (RFC 3261 §18.2.1, RFC 3581 §4). */
  stamped(received: string, rport: number | undefined): Via {
    const parameters = this.parameters.with('received', received);
    return new Via(this.transport, this.host, this.port, rport === undefined ? parameters : parameters.with('rport', String(rport)), this.protocol);
  }

  toString(): string {
    return formatVia(this);
  }

  #value(name: string): string | undefined {
    const value = this.parameters.get(name);
    return value === true ? undefined : value;
  }
}

function withoutBrackets(host: string | undefined): string | undefined {
  return host?.startsWith('[') === true && host.endsWith(']') ? host.slice(1, -1) : host;
}

const USUAL_START = 'SIP/2.0/UDP ';

/** @throws SipSyntaxError (400) when it breaks the grammar */
export function parseVia(text: string): Via {
  const usual = text.startsWith(USUAL_START);
  const protocolEnd = usual ? USUAL_START.length : endOfSentProtocol(text);
  const semicolon = text.indexOf(';', protocolEnd);
  const end = semicolon < 0 ? text.length : semicolon;
  const sentBy = parseHostPort(trimmed(text, protocolEnd, end));
  if (sentBy === undefined) throw malformed(text);
  const parameters = parseParameters(text, end, 'Via');
  const received = parameters.get('received');
  if (received !== undefined && (received === true || isIP(withoutBrackets(received) ?? '') === 0)) throw malformed(text);
  if (usual) return new Via('UDP', sentBy.host, sentBy.port, parameters);
  const [name, version, transport] = sentProtocol(text, protocolEnd);
  return new Via(transport.toUpperCase(), sentBy.host, sentBy.port, parameters, `${name}/${version}`);
}

/** Index just after `name / version / transport` and the blank that must follow; blanks around slashes are allowed. */
function endOfSentProtocol(text: string): number {
  const first = text.indexOf('/');
  const second = text.indexOf('/', first + 1);
  if (first < 0 || second < 0) throw malformed(text);
  let i = skipWhitespace(text, second + 1);
  while (i < text.length && text.charCodeAt(i) !== SPACE && text.charCodeAt(i) !== TAB) i++;
  return i;
}

function sentProtocol(text: string, end: number): [string, string, string] {
  const [name = '', version = '', transport = '', ...rest] = text.slice(0, end).split('/').map((part) => part.trim());
  if (rest.length > 0 || ![name, version, transport].every(isToken)) throw malformed(text);
  return [name.toUpperCase(), version, transport];
}

function malformed(text: string): SipSyntaxError {
  return new SipSyntaxError(`Malformed Via: ${JSON.stringify(text.slice(0, 80))}`, { header: 'Via' });
}

export function formatVia(via: Pick<Via, 'protocol' | 'transport' | 'host' | 'port' | 'parameters'>): string {
  return `${via.protocol}/${via.transport} ${formatHostPort(via.host, via.port)}${via.parameters.toString()}`;
}
