/**
 * Who is let in: a rate for each source, and where a secret is configured a digest challenge (RFC 8760) to every request that is not part
 * of a call. Refusals keep no state, so that strangers can neither grow memory nor have answers repeated to a forged address.
 */

import type { RepeatedWarning } from '../../shared/log/repeated-warning.ts';
import { DigestServer } from '../../shared/sip/digest/server.ts';
import type { DigestAlgorithm } from '../../shared/sip/digest/algorithm.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import type { StatelessAnswer } from '../../shared/sip/transaction/layer.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { refusal } from '../reply.ts';
import type { RateLimiter } from './rate-limit.ts';

export const REALM = 'sipcast';

export interface AdmissionOptions {
  readonly rates: RateLimiter;
  /** Shared by the services; undefined where nobody needs to prove anything. */
  readonly secret: string | undefined;
  /** Strongest first. */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Hears of hosts that send too much or do not know the secret. */
  readonly warnings: RepeatedWarning;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #digest: DigestServer;
  readonly #identities = new WeakMap<SipRequest, string>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#digest = new DigestServer({ realm: REALM, algorithms: options.algorithms, now: options.now });
  }

  /** To be asked once for each transaction. @returns true, false where the source sends too much, or the challenge */
  admit(source: Address, request: SipRequest): boolean | StatelessAnswer {
    const { rates, secret, warnings } = this.#options;
    if (!rates.admit(source.host)) {
      warnings.warn({ host: source.host }, 'a host sends more requests than it may; some are refused with 503', `rate ${source.host}`);
      return false;
    }
    if (secret === undefined || !needsProof(request)) return true;
    const verdict = this.#digest.verify(request, () => secret);
    if (verdict.outcome === 'denied') {
      warnings.warn({ host: source.host, callId: request.callId, method: request.method }, `a request is refused with 401: ${verdict.reason}`, `secret ${source.host}`);
    }
    if (verdict.outcome !== 'ok') {
      const headers = this.#digest.challenges({ stale: verdict.outcome === 'stale' }).map((challenge) => ['WWW-Authenticate', challenge] as const);
      return refusal(401, verdict.outcome === 'denied' ? verdict.reason : 'prove who you are', headers);
    }
    if (request.method === 'REGISTER' || request.method === 'SUBSCRIBE') this.#identities.set(request, verdict.username);
    rates.trust(source.host);
    // Proven here: whoever it is relayed to has no use for it.
    request.headers.delete('Authorization');
    return true;
  }

  /** ACK belongs to no transaction, but counts. */
  admitAck(source: Address): boolean {
    return this.#options.rates.admit(source.host);
  }

  /** Who proved to have sent an admitted REGISTER or SUBSCRIBE; undefined where nobody needs to. */
  identityOf(request: SipRequest): string | undefined {
    return this.#identities.get(request);
  }
}

/** A CANCEL cannot be challenged (RFC 3261 §22.1); what has a To tag belongs to a dialog, and is only relayed where we know that. */
function needsProof(request: SipRequest): boolean {
  return request.method === 'REGISTER' || (request.method !== 'CANCEL' && request.to.tag === undefined);
}
