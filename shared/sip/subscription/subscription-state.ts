/** The Subscription-State header (RFC 6665 §8.2.3). */

import { parseParameters } from '../message/parameters.ts';
import { parseDigits } from '../message/scalars.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';

export interface SubscriptionStateValue {
  /** `active`, `pending`, `terminated` or an extension's, in lower case. */
  readonly state: string;
  /** Seconds left. */
  readonly expires?: number | undefined;
  /** Why it was terminated. */
  readonly reason?: string | undefined;
}

const HEADER = 'Subscription-State';
const MAX_SECONDS = 2 ** 32 - 1;

/** @throws SipSyntaxError when it is malformed */
export function parseSubscriptionState(text: string): SubscriptionStateValue {
  const semicolon = text.indexOf(';');
  const state = (semicolon < 0 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  if (state === '') throw new SipSyntaxError('Subscription-State is empty', { header: HEADER });
  const parameters = parseParameters(text, semicolon < 0 ? text.length : semicolon, HEADER);
  const [expires, reason] = [parameters.get('expires'), parameters.get('reason')];
  return {
    state,
    expires: typeof expires === 'string' ? parseDigits(expires, MAX_SECONDS) : undefined,
    reason: typeof reason === 'string' ? reason.toLowerCase() : undefined,
  };
}

export function formatSubscriptionState({ state, expires, reason }: SubscriptionStateValue): string {
  return `${state}${expires === undefined ? '' : `;expires=${expires}`}${reason === undefined ? '' : `;reason=${reason}`}`;
}

/** An event package's name in lower case, without its parameters; empty when there is none. */
export function eventPackage(event: string | undefined): string {
  return (event?.split(';')[0] ?? '').trim().toLowerCase();
}
