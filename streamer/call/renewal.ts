/** A re-INVITE in the call of somebody who watches or publishes (RFC 3261 §14.2): it refreshes the session (RFC 4028), or ICE begins anew (RFC 8839 §4.4.1.1.1). */
import { SdpError } from '../../shared/sdp/index.ts';
import type { IncomingRequest } from '../../shared/sip/index.ts';
import { NotAcceptableError } from './viewer-connection.ts';
import { warning } from './warning.ts';

const OFFER_TYPE = 'application/sdp';

export interface Renewable {
  /** To the latest offer, in SDP. */
  readonly answer: string;
  /**
   * Takes another offer of the same session.
   * @returns the answer
   * @throws SdpError, NotAcceptableError; all stays as it was then
   */
  renew(offer: string): string | Promise<string>;
}

/** Answers 200; 415 for another type, 488 for an offer that would change more than ICE, 500 when whoever has to answer is gone. */
export async function answerRenewal(incoming: IncomingRequest, session: Renewable): Promise<void> {
  const { contentType, body } = incoming.request;
  if (body.length > 0 && contentType !== OFFER_TYPE) {
    incoming.reply(415, { headers: { Accept: OFFER_TYPE } });
    return;
  }
  try {
    incoming.reply(200, { body: body.length > 0 ? await session.renew(body.toString('utf8')) : session.answer, contentType: OFFER_TYPE });
  } catch (error) {
    if (!(error instanceof SdpError) && !(error instanceof NotAcceptableError)) throw error;
    incoming.reply(488, { headers: { Warning: warning(error.message) } });
  }
}
