/** The ACK to a 2xx: a request of its own, which the INVITE's user sends for each 2xx that comes (RFC 3261 §13.2.2.4). */

import type { SipRequest } from '../message/message.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { DialogState } from './dialog-state.ts';

/**
 * How often the ACK is sent for a 2xx that comes again: an ACK has been lost, and no transaction of its own repeats it. Where
 * two hops lose 30 % each, one copy a 2xx leaves 6 calls in 100 unacknowledged after 64*T1, three leave 3 in 1,000.
 */
const COPIES_FOR_REPETITION = 3;

/** Sends the ACK to a 2xx that `invite` got, through the dialog's route set. @returns what sends it again @throws SipSyntaxError */
export function acknowledge(layer: TransactionLayer, state: DialogState, invite: SipRequest): () => void {
  const ack = state.createRequest('ACK', invite.cseq.number);
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of invite.headers.all(name)) ack.headers.append(name, value);
  }
  const to = state.nextHop();
  const datagram = layer.sendStateless(ack, to);
  return () => {
    for (let copy = 0; copy < COPIES_FOR_REPETITION; copy++) layer.resend(datagram, to);
  };
}
