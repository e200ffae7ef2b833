/** `/whip/<name>`: any encoder publishes (RFC 9725). */
import type { Request, RequestHandler, Router } from 'express';
import type { Clock, RandomSource } from '../../../shared/sip/index.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Bridge } from '../../whip/bridge.ts';
import { Gate } from '../../whip/gate.ts';
import { isLocal, isLocalUrl } from '../local.ts';
import { whipRoutes } from '../whip-routes.ts';

export interface WhipRouteOptions {
  readonly bridge: Pick<Bridge, 'whip'>;
  readonly accounts: Pick<Accounts, 'authenticate'>;
  /** One of these is needed, or an account. */
  readonly publishTokens: readonly string[];
  /** Only this machine reaches the server. */
  readonly loopbackOnly: boolean;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly limits: { readonly costly: RequestHandler; readonly cheap: RequestHandler };
  /** Sends on what is about a session of another front. */
  readonly sessionAtHome?: readonly RequestHandler[];
}

export function publishRoutes({ bridge, publishTokens, loopbackOnly, limits, sessionAtHome = [], ...options }: WhipRouteOptions): Router {
  const open = (request: Request) => loopbackOnly && publishTokens.length === 0 && isLocal(request) && !isOfForeignPage(request);
  const gate = new Gate({ ...options, guest: 'whip', tokens: publishTokens, open });
  return whipRoutes({ base: '/whip', endpoint: bridge.whip, gate, limits, sessionAtHome });
}

/** Any site that somebody at this machine looks at could publish here in his name otherwise. */
function isOfForeignPage({ headers: { origin } }: Request): boolean {
  return origin !== undefined && !isLocalUrl(origin);
}
