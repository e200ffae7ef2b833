/** How transactions fail, as seen by whoever began them. */

/** Nobody answered within 64·T1 (RFC 3261 §8.1.3.1: to be treated as 408). */
export class TransactionTimeoutError extends Error {
  override readonly name = 'TransactionTimeoutError';
  readonly callId: string;

  constructor(method: string, uri: string, callId: string) {
    super(`No answer to ${method} ${uri} in the time that SIP allows (Call-ID ${callId}); is anybody listening there?`);
    this.callId = callId;
  }
}

/** The layer has as many client transactions as it may. */
export class TooManyTransactionsError extends Error {
  override readonly name = 'TooManyTransactionsError';
}
