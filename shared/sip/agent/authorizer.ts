/** Answers 401 and 407 (RFC 3261 §22.2, §22.3): the same request once more, with credentials and a CSeq of its own. */

import { DigestClient, type DigestClientOptions } from '../digest/client.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';

export class Authorizer {
  readonly #digest: DigestClient | undefined;

  /** Without credentials no challenge is answered. */
  constructor(credentials: DigestClientOptions | undefined) {
    this.#digest = credentials && new DigestClient(credentials);
  }

  /** Adds what earlier challenges asked for, which saves a round trip. */
  prepare(request: SipRequest): void {
    for (const { name, value } of this.#digest?.preemptive(request) ?? []) {
      if (!request.headers.has(name)) request.headers.append(name, value);
    }
  }

  /** `request` as it was sent, made ready to be sent again; undefined when the challenge cannot be answered. */
  retry(request: SipRequest, response: SipResponse, nextSequence: () => number = () => request.cseq.number + 1): SipRequest | undefined {
    const retry = request.clone();
    // Credentials from an earlier challenge prove nothing about the password: only one that was answered and refused does.
    retry.headers.delete(response.status === 407 ? 'Proxy-Authorization' : 'Authorization');
    const header = this.#digest?.answer(response, retry);
    if (!header) return undefined;
    retry.headers.removeFirstValue('Via');
    retry.headers.set('CSeq', `${nextSequence()} ${request.method}`);
    retry.headers.append(header.name, header.value);
    return retry;
  }
}
