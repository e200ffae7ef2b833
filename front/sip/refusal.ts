/** Refusals that mean the same whatever was asked of a streamer by way of the daemon (RFC 3261 §21.4, §21.6). */
import type { SipResponse } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { streamerSilent, unknownStreamer } from '../failures.ts';

/** What an INVITE and a SUBSCRIBE are rejected with. */
interface Rejected extends Error {
  readonly response: SipResponse;
}

/** @returns undefined for a status whose meaning depends on what was asked */
export function commonRefusal(error: Rejected, streamer: string): ApiError | undefined {
  const { status, reason } = error.response;
  switch (status) {
    case 404:
    case 410:
    case 604:
      return unknownStreamer(streamer, error);
    case 408:
    case 480:
      return streamerSilent(streamer, error);
    case 401:
    case 403:
    case 407:
      return new ApiError(502, 'signaling-refused', `The signaling daemon refuses this server (${status} ${reason}): its secret may be another.`, { cause: error });
    default:
      return undefined;
  }
}
