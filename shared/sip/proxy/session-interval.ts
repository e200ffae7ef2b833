/** Session timers as a proxy asks for them (RFC 4028 §8), so that it learns of calls whose ends have both vanished. */

import { formatSessionExpires, sessionExpires, supportsTimer, TIMER_OPTION } from '../dialog/session-timer.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';

/** §8.1: a request that says nothing of it asks for our interval. `copy` is what goes on. */
export function askForInterval(copy: SipRequest, seconds: number): void {
  if (isTimed(copy) && !copy.headers.has('Session-Expires')) copy.headers.append('Session-Expires', String(seconds));
}

/**
 * §8.2: where the callee knows nothing of session timers, the caller refreshes if he can. @returns what completes each 2xx; undefined
 * where nothing is to be done
 * @throws SipSyntaxError for a Session-Expires that is none
 */
export function grantInterval(request: SipRequest, seconds: number): ((response: SipResponse) => void) | undefined {
  if (!isTimed(request) || !supportsTimer(request)) return undefined;
  const value = formatSessionExpires({ seconds: sessionExpires(request)?.seconds ?? seconds, refresher: 'uac' });
  return ({ headers }) => {
    if (headers.has('Session-Expires')) return;
    headers.append('Session-Expires', value);
    headers.append('Require', TIMER_OPTION);
  };
}

function isTimed({ method }: SipRequest): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}
