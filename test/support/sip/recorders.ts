/** Transaction users and environments that write down what happens to them. */

import { Headers } from '../../../shared/sip/message/headers.ts';
import { SipRequest, SipResponse } from '../../../shared/sip/message/message.ts';
import { RFC3261_TIMERS } from '../../../shared/sip/timing/timers.ts';
import { TimerWheel } from '../../../shared/sip/timing/wheel.ts';
import type { ClientTransactionUser } from '../../../shared/sip/transaction/client.ts';
import type { TransactionEnvironment } from '../../../shared/sip/transaction/environment.ts';
import type { ServerTransactionUser } from '../../../shared/sip/transaction/server.ts';
import { newTransactionStats } from '../../../shared/sip/transaction/stats.ts';
import { summary } from './pair.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Everything that happens, one line each: `send INVITE 1`, `user 180`, `user timeout`, `forget`. */
export class Recorder implements ClientTransactionUser {
  readonly events: string[] = [];
  readonly serverUser: ServerTransactionUser = {
    onAck: () => this.events.push('user ack'),
    onCancel: () => this.events.push('user cancel'),
    onTimeout: () => this.onTimeout(),
    onTransportError: () => this.onTransportError(),
  };

  /** What happened since it was last asked. */
  take(): string[] {
    return this.events.splice(0);
  }

  onResponse(response: SipResponse): void {
    this.events.push(`user ${response.status}`);
  }

  onTimeout(): void {
    this.events.push('user timeout');
  }

  onTransportError(): void {
    this.events.push('user transport error');
  }

  environment<Transaction>(clock: VirtualClock): TransactionEnvironment<Transaction> {
    return {
      timers: RFC3261_TIMERS,
      wheel: new TimerWheel(clock),
      stats: newTransactionStats(),
      transmit: (datagram) => this.events.push(`send ${summary(datagram)}`),
      forget: () => this.events.push('forget'),
    };
  }
}

/** A request as it would be on the wire, our own Via on it. */
export function plainRequest(method: string, branch = 'z9hG4bKone', cseqMethod = method): SipRequest {
  const headers = new Headers([
    ['Via', `SIP/2.0/UDP 10.0.0.1:5060;branch=${branch};rport`],
    ['Max-Forwards', '70'],
    ['From', '<sip:alice@10.0.0.1>;tag=a'],
    ['To', '<sip:bob@10.0.0.2>'],
    ['Call-ID', 'call'],
    ['CSeq', `1 ${cseqMethod}`],
  ]);
  return new SipRequest(method, 'sip:bob@10.0.0.2', headers);
}

export function plainResponse(request: SipRequest, status: number): SipResponse {
  const headers = request.headers.clone();
  headers.set('To', '<sip:bob@10.0.0.2>;tag=b');
  return new SipResponse(status, undefined, headers);
}
