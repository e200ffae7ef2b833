/** Sends a request of the daemon's own and waits for what comes of it. */

import type { SipRequest } from '../shared/sip/message/message.ts';
import { TooManyTransactionsError } from '../shared/sip/transaction/errors.ts';
import type { TransactionLayer } from '../shared/sip/transaction/layer.ts';
import type { Address } from '../shared/sip/transport/transport.ts';

const REQUEST_TIMEOUT = 408;
const SERVICE_UNAVAILABLE = 503;

/** @returns the status of the final response; 408 where none came, 503 where there was no room to send it */
export function finalStatus(layer: TransactionLayer, request: SipRequest, to: Address): Promise<number> {
  return new Promise((resolve) => {
    const unanswered = (): void => resolve(REQUEST_TIMEOUT);
    try {
      layer.send(request, to, {
        onResponse: ({ status }) => {
          if (status >= 200) resolve(status);
        },
        onTimeout: unanswered,
        onTransportError: unanswered,
      });
    } catch (error) {
      if (!(error instanceof TooManyTransactionsError)) throw error;
      resolve(SERVICE_UNAVAILABLE);
    }
  });
}
