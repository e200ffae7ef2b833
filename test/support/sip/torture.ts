/** Every message of RFC 4475 and RFC 5118 with what it must give; the messages themselves are files under test/fixtures/torture. */

import { readFileSync } from 'node:fs';

export interface TortureMessage {
  readonly rfc: 'rfc4475' | 'rfc5118';
  readonly section: string;
  /** The RFC's own name for it, and the name of its file. */
  readonly name: string;
  /** What parsing and validating give: nothing to object to, a status to answer with, or a response to drop in silence. */
  readonly gives: 'valid' | 400 | 505 | 'dropped';
  /** Status that a server gives to a valid request which it cannot fulfil, and who gives it. */
  readonly answer?: { readonly status: number; readonly by: 'any server' | 'registrar' | 'proxy' };
  /** Bytes after the message that the RFC put there to be ignored. */
  readonly trailing?: true;
}

export const TORTURE: readonly TortureMessage[] = [
  // RFC 4475 §3.1.1: valid
  { rfc: 'rfc4475', section: '3.1.1.1', name: 'wsinv', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.2', name: 'intmeth', gives: 'valid', answer: { status: 405, by: 'any server' } },
  { rfc: 'rfc4475', section: '3.1.1.3', name: 'esc01', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.4', name: 'escnull', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.5', name: 'esc02', gives: 'valid', answer: { status: 405, by: 'any server' } },
  { rfc: 'rfc4475', section: '3.1.1.6', name: 'lwsdisp', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.7', name: 'longreq', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.8', name: 'dblreq', gives: 'valid', trailing: true },
  { rfc: 'rfc4475', section: '3.1.1.9', name: 'semiuri', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.10', name: 'transports', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.11', name: 'mpart01', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.12', name: 'unreason', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.1.13', name: 'noreason', gives: 'valid' },
  // RFC 4475 §3.1.2: invalid
  { rfc: 'rfc4475', section: '3.1.2.1', name: 'badinv01', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.2', name: 'clerr', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.3', name: 'ncl', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.4', name: 'scalar02', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.5', name: 'scalarlg', gives: 'dropped' },
  { rfc: 'rfc4475', section: '3.1.2.6', name: 'quotbal', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.7', name: 'ltgtruri', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.8', name: 'lwsruri', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.9', name: 'lwsstart', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.10', name: 'trws', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.11', name: 'escruri', gives: 400 },
  // Nothing here reads Date, and whoever does not may let a wrong one pass.
  { rfc: 'rfc4475', section: '3.1.2.12', name: 'baddate', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.1.2.13', name: 'regbadct', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.14', name: 'badaspec', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.15', name: 'baddn', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.16', name: 'badvers', gives: 505 },
  { rfc: 'rfc4475', section: '3.1.2.17', name: 'mismatch01', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.18', name: 'mismatch02', gives: 400 },
  { rfc: 'rfc4475', section: '3.1.2.19', name: 'bigcode', gives: 'dropped' },
  // RFC 4475 §3.2: transaction layer
  { rfc: 'rfc4475', section: '3.2.1', name: 'badbranch', gives: 'valid' },
  // RFC 4475 §3.3: application layer
  { rfc: 'rfc4475', section: '3.3.1', name: 'insuf', gives: 400 },
  { rfc: 'rfc4475', section: '3.3.2', name: 'unkscm', gives: 'valid', answer: { status: 416, by: 'any server' } },
  { rfc: 'rfc4475', section: '3.3.3', name: 'novelsc', gives: 'valid', answer: { status: 416, by: 'any server' } },
  { rfc: 'rfc4475', section: '3.3.4', name: 'unksm2', gives: 'valid', answer: { status: 400, by: 'registrar' } },
  { rfc: 'rfc4475', section: '3.3.5', name: 'bext01', gives: 'valid', answer: { status: 420, by: 'any server' } },
  { rfc: 'rfc4475', section: '3.3.6', name: 'invut', gives: 'valid', answer: { status: 415, by: 'any server' } },
  { rfc: 'rfc4475', section: '3.3.7', name: 'regaut01', gives: 'valid', answer: { status: 401, by: 'registrar' } },
  { rfc: 'rfc4475', section: '3.3.8', name: 'multi01', gives: 400 },
  { rfc: 'rfc4475', section: '3.3.9', name: 'mcl01', gives: 400, trailing: true },
  { rfc: 'rfc4475', section: '3.3.10', name: 'bcast', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.3.11', name: 'zeromf', gives: 'valid', answer: { status: 483, by: 'proxy' } },
  { rfc: 'rfc4475', section: '3.3.12', name: 'cparam01', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.3.13', name: 'cparam02', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.3.14', name: 'regescrt', gives: 'valid' },
  { rfc: 'rfc4475', section: '3.3.15', name: 'sdp01', gives: 'valid', answer: { status: 406, by: 'any server' } },
  // RFC 4475 §3.4: backward compatibility
  { rfc: 'rfc4475', section: '3.4.1', name: 'inv2543', gives: 'valid' },
  // RFC 5118 §4
  { rfc: 'rfc5118', section: '4.1', name: 'ipv6-good', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.2', name: 'ipv6-bad', gives: 400 },
  { rfc: 'rfc5118', section: '4.3', name: 'port-ambiguous', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.4', name: 'port-unambiguous', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.5', name: 'via-received-param-with-delim', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.5', name: 'via-received-param-no-delim', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.6', name: 'ipv6-in-sdp', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.7', name: 'mult-ip-in-header', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.8', name: 'mult-ip-in-sdp', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.9', name: 'ipv4-mapped-ipv6', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.10', name: 'ipv6-bug-abnf-3-colons', gives: 'valid' },
  { rfc: 'rfc5118', section: '4.10', name: 'ipv6-correct-abnf-2-colons', gives: 'valid' },
];

/** The message as it travels. */
export function tortureDatagram(message: Pick<TortureMessage, 'rfc' | 'name'>): Buffer {
  return readFileSync(new URL(`../../fixtures/torture/${message.rfc}/${message.name}.dat`, import.meta.url));
}
