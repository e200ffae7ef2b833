/** Answers an INVITE that somebody who sends media could not be let in by, with what was wrong. */
import type { Logger } from '../../shared/log/logger.ts';
import { SdpError } from '../../shared/sdp/index.ts';
import { AckTimeoutError, CallCancelledError, type IncomingCall } from '../../shared/sip/index.ts';
import { RefusedError } from './refused.ts';
import { NotAcceptableError } from './viewer-connection.ts';
import { warning } from './warning.ts';

export function refuseCall(call: Pick<IncomingCall, 'reject'>, error: unknown, log: Logger): void {
  if (error instanceof CallCancelledError) return;
  if (error instanceof AckTimeoutError) log.warn('nobody acknowledged our answer; the call is ended');
  else if (error instanceof RefusedError) call.reject(error.status, error.reply);
  else if (error instanceof SdpError) call.reject(400, { reason: 'Bad Session Description', headers: { Warning: warning(error.message) } });
  else if (error instanceof NotAcceptableError) call.reject(488, { headers: { Warning: warning(error.message) } });
  else {
    log.error({ err: error }, 'the offer could not be answered');
    call.reject(500);
  }
}
