/** Where a request goes that one of several processes is to take: one after the other, the next where one is silent. */

import type { SipRequest, SipResponse } from '../../shared/sip/message/message.ts';
import type { Target } from '../../shared/sip/proxy/response-context.ts';
import type { Streamer } from '../directory/entries.ts';
import type { Mistrust } from './mistrust.ts';

/** A process that has not said even 100 Trying by then is passed over, ms. */
const SILENCE_MS = 2000;
const SERVICE_UNAVAILABLE = 503;

export interface HostRoute {
  /** The first to be tried. */
  readonly host: Streamer;
  /** The room that it is for; undefined for a request to no room. */
  readonly room?: string;
  readonly targets: readonly Target[];
  /** To be told which target the request is sent to. @returns the process that it is */
  readonly tried: (target: Target) => Streamer;
  /** Whether another process may take what this one has refused. */
  readonly goesOn: (refusal: SipResponse) => boolean;
}

/**
 * The Request-URI stays: it alone says what is meant.
 * @param hosts in the order in which they are to be tried
 * @param mayMove whether another may take what one has no room for
 */
export function routeAmong(request: SipRequest, hosts: readonly [Streamer, ...Streamer[]], mistrust: Mistrust, mayMove: boolean): HostRoute {
  const [first] = hosts;
  let isRefused = false;
  const targets = hosts.map(({ bindings: [{ address }] }, index) => ({ uri: request.uri, address, q: 1 - index / hosts.length, silenceMs: SILENCE_MS }));
  return {
    host: first,
    targets,
    tried: (target) => {
      const index = targets.findIndex((each) => each === target);
      const previous = hosts[index - 1];
      if (previous && !isRefused) mistrust.passedOver(previous);
      isRefused = false;
      return hosts[index] ?? first;
    },
    goesOn: ({ status }) => {
      isRefused = true;
      return status === SERVICE_UNAVAILABLE && mayMove;
    },
  };
}
