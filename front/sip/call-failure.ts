/** What a viewer is told when his call did not come about: SIP's status codes as HTTP's (RFC 3261 §21 on the one side, RFC 9110 §15 on the other). */
import { CallLostError, CallRejectedError, TransactionTimeoutError } from '../../shared/sip/index.ts';
import type { Servers, SipResponse } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { signalingSilent, streamerSilent } from '../failures.ts';
import { commonRefusal } from './refusal.ts';

/** When a full streamer is to be tried again unless it says so itself, seconds. */
const DEFAULT_RETRY_AFTER_SECONDS = 10;
const MAX_RETRY_AFTER_SECONDS = 3600;
const MERGED = 482;

/** How far the INVITE came: the daemon's 100 Trying tells a silent daemon from a silent streamer. */
export interface CallProgress {
  heardFromSignaling: boolean;
}

/** Nobody answered in the time that an attempt has. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(callId: string, limitMs: number) {
    super(`no answer within ${limitMs} ms (Call-ID ${callId})`);
  }
}

/** Whether the call was lost on the way rather than refused, so that it may be made once more. */
export function wasLost(error: unknown): boolean {
  if (error instanceof CallRejectedError) return error.status === 408;
  return error instanceof NoAnswerError || error instanceof TransactionTimeoutError;
}

/**
 * Whether the daemon that had the call is gone, and with it what came of the call: it is to be made anew, by way of another daemon.
 * The streamer refuses as merged what it has had from the one before (RFC 3261 §8.2.2.2).
 * @param servers the daemons that there are
 */
export function diedWithDaemon(error: unknown, servers: Servers | undefined): boolean {
  return error instanceof CallLostError || (servers !== undefined && error instanceof CallRejectedError && error.status === MERGED);
}

/** @param streamer its name, for the sentence. */
export function callFailure(error: unknown, streamer: string, progress: CallProgress): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof CallRejectedError) return commonRefusal(error, streamer) ?? rejection(error, streamer);
  return progress.heardFromSignaling ? streamerSilent(streamer, error) : signalingSilent(error);
}

function rejection(error: CallRejectedError, streamer: string): ApiError {
  const { status, reason, response } = error;
  const said = `${status} ${reason}`;
  switch (status) {
    case 400:
    case 484:
    case 416:
      return new ApiError(400, 'bad-offer', `"${streamer}" cannot understand the offer (${said}).`, { cause: error });
    case 413:
    case 513:
      return new ApiError(413, 'too-large', `The offer is too large for "${streamer}" (${said}).`, { cause: error });
    case 415:
    case 488:
    case 606:
      return new ApiError(406, 'no-common-codec', `"${streamer}" sends nothing that your browser offers to receive.`, { cause: error });
    case 486:
    case 503:
    case 600:
      return new ApiError(503, 'streamer-full', `"${streamer}" has no room for another viewer now: try again later.`, {
        cause: error,
        headers: { 'Retry-After': String(retryAfter(response)) },
      });
    default:
      return new ApiError(502, status >= 500 ? 'streamer-error' : 'signaling-error', `"${streamer}" could not be called (${said}).`, { cause: error });
  }
}

/** Seconds; a comment and parameters may follow the number (RFC 3261 §20.33). */
function retryAfter(response: SipResponse): number {
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return Number.isNaN(seconds) || seconds < 0 ? DEFAULT_RETRY_AFTER_SECONDS : Math.min(seconds, MAX_RETRY_AFTER_SECONDS);
}
