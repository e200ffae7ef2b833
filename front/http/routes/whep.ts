/** `/whep/<streamer>`: any player watches (draft-ietf-wish-whep-03). */
import type { RequestHandler, Router } from 'express';
import type { Clock, RandomSource } from '../../../shared/sip/index.ts';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Bridge } from '../../whip/bridge.ts';
import { Gate } from '../../whip/gate.ts';
import { whipRoutes } from '../whip-routes.ts';

export interface WhepRouteOptions {
  readonly bridge: Pick<Bridge, 'whep'>;
  readonly accounts: Pick<Accounts, 'authenticate'>;
  /** One of these is needed, or an account, where there are any. */
  readonly watchTokens: readonly string[];
  /** Whether one may be here without an account. */
  readonly guests: boolean;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly limits: { readonly costly: RequestHandler; readonly cheap: RequestHandler };
  /** Sends on what is about a session of another front. */
  readonly sessionAtHome?: readonly RequestHandler[];
}

export function watchRoutes({ bridge, watchTokens, guests, limits, sessionAtHome = [], ...options }: WhepRouteOptions): Router {
  const open = () => guests && watchTokens.length === 0;
  const gate = new Gate({ ...options, guest: 'whep', tokens: watchTokens, open });
  return whipRoutes({ base: '/whep', endpoint: bridge.whep, gate, limits, sessionAtHome });
}
