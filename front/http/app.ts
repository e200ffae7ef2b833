/** The HTTP side of front put together: the JSON interface, the page, the pictures and the health checks. */
import express from 'express';
import type { Express, RequestHandler } from 'express';
import type { Health } from '../../shared/health/health.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { RunningCalls } from '../calls/running-calls.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Membership } from '../membership.ts';
import type { Feeds } from '../statistics/feeds.ts';
import type { Operators } from '../statistics/operators.ts';
import type { Bridge } from '../whip/bridge.ts';
import type { Tickets } from '../trace/tickets.ts';
import { atHome, fromOtherFronts, sessionAtHome } from './at-home.ts';
import { jsonBody } from './body.ts';
import { errorAnswer, onlyMethod, unknownRoute } from './errors.ts';
import { healthRoutes } from './health.ts';
import { noStore } from './no-store.ts';
import { rateLimit } from './rate-limit.ts';
import { accountRoutes } from './routes/accounts.ts';
import { callRoutes } from './routes/calls.ts';
import type { ApiContext } from './routes/context.ts';
import { leaveRoute } from './routes/leave.ts';
import { offerRoute } from './routes/offer.ts';
import { openApiRoutes } from './routes/openapi.ts';
import { operatorRoutes } from './routes/operator.ts';
import type { OperatorView } from './routes/operator.ts';
import { optionsRoute } from './routes/options.ts';
import { registerRoute } from './routes/register.ts';
import { renameRoute } from './routes/rename.ts';
import { roomRoutes } from './routes/rooms.ts';
import { settingsRoute } from './routes/settings.ts';
import type { ServerSettings } from './routes/settings.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { streamerRoute } from './routes/streamer.ts';
import { watchRoutes } from './routes/whep.ts';
import { publishRoutes } from './routes/whip.ts';
import { traceRoutes } from './routes/trace.ts';
import { sameOriginOnly } from './same-origin.ts';
import { securityHeaders } from './security-headers.ts';
import { imageFiles, pageFiles } from './static-files.ts';

/** What costs no call may be asked this many times as often as what does. */
const CHEAP_REQUESTS_FACTOR = 10;

/** Accounts that one address may make a minute, unless it may ask for less: each is kept for good. */
const MAX_ACCOUNTS_PER_MINUTE = 20;

export interface AppOptions extends Membership, ServerSettings {
  context: ApiContext;
  /** The other fronts, where there are several. */
  cluster?: Cluster | undefined;
  /** The calls that operators see. */
  calls: RunningCalls;
  feeds: Feeds;
  operators: Operators;
  /** Watching and publishing by HTTP alone, by whom, and whether only this machine reaches the server. */
  bridge: Bridge;
  watchTokens: readonly string[];
  publishTokens: readonly string[];
  loopbackOnly: boolean;
  /** To read along. */
  tickets: Tickets;
  operatorView: OperatorView;
  health: Health;
  clock: Clock;
  random: RandomSource;
  log: Logger;
  /** Folder of the built page, and of the pictures. */
  pageFolder: string;
  imagesFolder: string;
  /** Folder of the captures that the page can open. */
  capturesFolder: string;
  imageSources: readonly string[];
  /** /register and /offer requests that one address may make a minute; 0 for no limit. */
  requestsPerMinute: number;
  /** Addresses of reverse proxies whose X-Forwarded-* headers are believed. */
  trustedProxies: readonly string[];
  /** The certificate is one that browsers accept. */
  insistOnHttps: boolean;
  /** Sees every request before anything else does. */
  count: RequestHandler;
}

export function createApp(options: AppOptions): Express {
  const { context, cluster, clock, log, requestsPerMinute } = options;
  const costly = () => rateLimit(requestsPerMinute, clock);
  const cheap = rateLimit(requestsPerMinute * CHEAP_REQUESTS_FACTOR, clock);
  const limits = { creation: rateLimit(Math.min(requestsPerMinute, MAX_ACCOUNTS_PER_MINUTE), clock), costly: costly(), cheap };
  const home = cluster === undefined ? [] : [atHome(cluster, context.signer)];
  const elsewhere = { sessionAtHome: cluster === undefined ? [] : [sessionAtHome(cluster)] };
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', [...options.trustedProxies]);
  if (cluster !== undefined) app.use(fromOtherFronts(cluster));
  app.use(options.count, securityHeaders(options.imageSources, options.insistOnHttps));
  const post = (path: string, limit: RequestHandler, route: RequestHandler) => {
    app.route(path).post(noStore, sameOriginOnly, limit, ...jsonBody(), ...home, route).all(onlyMethod('POST'));
  };
  post('/register', costly(), registerRoute(context, options));
  post('/options', cheap, optionsRoute(context));
  post('/streamer', cheap, streamerRoute(context));
  post('/offer', costly(), offerRoute(context));
  post('/leave', cheap, leaveRoute(context));
  post('/rename', cheap, renameRoute(context));
  app.route('/settings').get(noStore, cheap, ...home, settingsRoute(context, options)).all(onlyMethod('GET', 'HEAD'));
  app.use(accountRoutes({ ...options, limits }), roomRoutes({ ...options, limits }), callRoutes({ ...options, limits }), traceRoutes({ ...options, limits, home }));
  app.use(operatorRoutes({ ...options, limits }), openApiRoutes({ limits }));
  app.use(watchRoutes({ ...options, ...elsewhere, limits: { costly: costly(), cheap } }), publishRoutes({ ...options, ...elsewhere, limits: { costly: costly(), cheap } }));
  app.use(statisticsRoutes({ ...options, limit: cheap }));
  app.use(healthRoutes(options.health));
  app.use('/images', imageFiles(options.imagesFolder));
  app.use(pageFiles(options.pageFolder));
  app.use(unknownRoute, errorAnswer(log));
  return app;
}
