/** Whole numbers in header fields, with the ranges of RFC 3261 §25.1 and RFC 4475 §3.1.2.4. */

import { SipSyntaxError } from './syntax-error.ts';

export const MAX_CSEQ = 2 ** 31 - 1;
export const MAX_DELTA_SECONDS = 2 ** 32 - 1;
export const MAX_FORWARDS_LIMIT = 255;
/** RFC 3261 §8.1.1.6: what a message without Max-Forwards is taken to carry. */
export const DEFAULT_MAX_FORWARDS = 70;
export const MAX_PORT = 65_535;

/**
 * Reads decimal digits and nothing else.
 * @returns undefined for anything that is not `1*DIGIT`; more than `limit` gives Infinity
 */
export function parseDigits(text: string, limit: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value > limit ? Infinity : value * 10 + digit;
  }
  return value > limit ? Infinity : value;
}

/** @throws SipSyntaxError when it is no number or larger than `limit` */
export function parseScalar(text: string, limit: number, header: string): number {
  const value = parseDigits(text, limit);
  if (value === undefined) throw new SipSyntaxError(`${header} is no whole number: ${JSON.stringify(text.slice(0, 40))}`, { header });
  if (value === Infinity) throw new SipSyntaxError(`${header} is larger than ${limit}`, { header });
  return value;
}

/** delta-seconds (RFC 3261 §20.19); what is too large counts as 2^32-1. @throws SipSyntaxError when it is no number */
export function parseDeltaSeconds(text: string, header: string): number {
  const value = parseDigits(text, MAX_DELTA_SECONDS);
  if (value === undefined) throw new SipSyntaxError(`${header} is no number of seconds: ${JSON.stringify(text.slice(0, 40))}`, { header });
  return Math.min(value, MAX_DELTA_SECONDS);
}
