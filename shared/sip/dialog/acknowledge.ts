/** The ACK to a 2xx: a request of its own, which the INVITE's user sends for each 2xx that comes (RFC 3261 §13.2.2.4). */

import type { Servers } from '../locating/servers.ts';
import type { SipRequest } from '../message/message.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Address } from '../transport/transport.ts';
import type { DialogState } from './dialog-state.ts';
import type { DialogEnvironment } from './environment.ts';

/**
 * How often the ACK is sent for a 2xx that comes again: an ACK has been lost, and no transaction of its own repeats it. Where
 * two hops lose 30 % each, one copy a 2xx leaves 6 calls in 100 unacknowledged after 64*T1, three leave 3 in 1,000.
 */
const COPIES_FOR_REPETITION = 3;

/**
 * Sends the ACK to a 2xx that `invite` got, through the dialog's route set; through another server too when the one that it went through
 * goes down while it may not have arrived: then no 2xx would come again. @returns what sends it again @throws SipSyntaxError
 */
export function acknowledge({ layer, servers }: Pick<DialogEnvironment, 'layer' | 'servers'>, state: DialogState, invite: SipRequest): () => void {
  const ack = state.createRequest('ACK', invite.cseq.number);
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of invite.headers.all(name)) ack.headers.append(name, value);
  }
  const hop = state.nextHop();
  const place = (): Address => servers?.locate(hop) ?? hop;
  const first = place();
  const datagram = layer.sendStateless(ack, first);
  const repeat = (): void => {
    const to = place();
    for (let copy = 0; copy < COPIES_FOR_REPETITION; copy++) layer.resend(datagram, to);
  };
  if (servers?.serves(hop) === true) repeatWhenDown(layer, servers, first, repeat);
  return repeat;
}

/** For as long as the other side may wait for the ACK. */
function repeatWhenDown({ clock, timers }: TransactionLayer, servers: Servers, server: Address, repeat: () => void): void {
  let stop: Cancel = () => undefined;
  const stopListening = servers.onDown((down) => {
    if (!servers.isSame(down, server)) return;
    stop();
    stopListening();
    repeat();
  });
  stop = clock.setTimeout(stopListening, transactionLifetime(timers));
}
