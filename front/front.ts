/** The front service put together: HTTP and WebSockets on the one side, one SIP agent on the other. */
import type { RequestListener, Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { packageVersion } from '../shared/cli/version.ts';
import { Agent } from '../shared/sip/index.ts';
import type { Cancel } from '../shared/sip/index.ts';
import { Cluster } from './cluster/cluster.ts';
import { Company } from './company.ts';
import { upgradeElsewhere } from './http/at-home.ts';
import { createApp } from './http/app.ts';
import type { Trusts } from './http/client-address.ts';
import { isLoopbackHost } from './http/local.ts';
import { meterHttp } from './http/metering.ts';
import { closeServer, createHttpServer, createHttpsServer, listen } from './http/server.ts';
import { createMembership } from './membership.ts';
import { addFrontMetrics } from './metrics.ts';
import { RecentErrors } from './operator/recent-errors.ts';
import { allSessions } from './operator/sessions.ts';
import { RegisteredStreamers } from './operator/streamers.ts';
import { complete } from './options.ts';
import type { CompleteOptions, FrontOptions } from './options.ts';
import { StoredRooms } from './rooms/stored-rooms.ts';
import { DirectoryWatcher } from './sip/directory-watcher.ts';
import { Domain } from './sip/domain.ts';
import { SipCaller } from './sip/sip-caller.ts';
import { keepRenewed } from './tls/renewal.ts';
import { StatisticsSubscriber } from './sip/statistics-subscriber.ts';
import { Feeds } from './statistics/feeds.ts';
import { Operators } from './statistics/operators.ts';
import { CookieSigner } from './viewers/cookie.ts';
import { shareCookieKey } from './viewers/shared-cookie-key.ts';
import { Viewers } from './viewers/viewers.ts';
import { Watches } from './watch/watches.ts';
import { Gateway } from './websocket/gateway.ts';
import { Bridge } from './whip/bridge.ts';
import { Publisher } from './whip/publisher.ts';

/** The digest user name of every front (the streamers have their own names). */
const DIGEST_USER = 'front';

/** How long BYEs and the end of the subscription may take when the service stops, ms. */
const GOODBYE_LIMIT_MS = 2_000;

export interface Front {
  /** Where the page is, `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Lets no new viewers, players and encoders in, and is not ready any more; resolves when the last has gone, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void>;
  /** Hangs up every call, closes every connection and both sockets, within a few seconds; may be called more than once. */
  close(): Promise<void>;
}

/** Starts the service. Rejects with Node's error when the HTTP address cannot be had; the transport is closed then. */
export async function createFront(options: FrontOptions): Promise<Front> {
  const given = complete(options);
  const errors = new RecentErrors(given.wallClock);
  const settings = { ...given, log: errors.listeningTo(given.log) };
  const sip = createSip(settings);
  const { clock, health, log, wallClock } = settings;
  const watches = new Watches({ caller: sip.caller, clock, wallClock, log });
  const signer = new CookieSigner(settings.cookieKey);
  const cluster = settings.shared && new Cluster({ ...settings, state: settings.shared.fronts, key: settings.cookieKey, signer, viewers: () => viewers });
  const viewers: Viewers = new Viewers({
    ...settings,
    ...(cluster && { tokenOf: (secret) => cluster.tokenOf(secret) }),
    stillNeeded: (viewer) => watches.alive(viewer),
    onFreed: (viewer) => {
      log.debug({ viewer: viewer.name }, 'a name is free again');
      void watches.stop(viewer);
      cluster?.freed(viewer);
    },
    onRenamed: (viewer, former) => {
      cluster?.freed({ name: former, token: viewer.token });
      viewer.tell({ type: 'renamed', name: viewer.name });
      company.renamed(viewer);
    },
  });
  const membership = createMembership(settings, (room) => company.rooms.membersOf(room));
  const { rooms } = membership;
  const company = new Company({ ...settings, ...sip, admission: new StoredRooms(rooms), find: (name) => viewers.find(name), onOccupied: (room) => rooms.touch(room), continuity: cluster });
  rooms.onChanged(({ what, id }) => {
    company.rooms.listChanged();
    if (what === 'deleted') company.meetings.shutOut(id, 'deleted');
  });
  const feeds = new Feeds({ source: sip.statistics, clock });
  const operators = new Operators(settings.operatorPassword, clock);
  if (settings.shared) {
    const { shared } = settings;
    health.mentions('store', () => shared.available);
    // What was changed by others meanwhile, nobody has told us.
    shared.onAvailable(() => company.rooms.listChanged());
    const adopt = (key: Buffer) => {
      signer.adopt(key);
      cluster?.adopt(key);
    };
    await shareCookieKey(shared, { adopt }, log);
  }
  const { maxSessions: sessions, maxSessionsPerAddress: sessionsPerAddress } = settings;
  const bridge = new Bridge({ ...settings, ...sip, limits: { sessions, sessionsPerAddress }, sessionId: cluster && ((random) => cluster.tokenOf(random)) });
  const operatorView = { streamers: new RegisteredStreamers(sip.directory, wallClock), sessions: allSessions(watches, bridge), errors, metrics: settings.metrics };
  const context = { viewers, signer, directory: sip.directory, watches, sharedNames: cluster?.names };
  const gateway = new Gateway({ ...context, watches: cluster && watches, pages: company.pages, desk: company.desk, clock, log });
  addFrontMetrics(settings.metrics, {
    layer: sip.layer,
    names: () => viewers.size,
    pages: () => gateway.size,
    calls: watches,
    players: () => bridge.whep.size,
    encoders: () => bridge.whip.size,
    company,
    signalingUp: () => sip.directory.state === 'up',
    accounts: membership.accounts.counts,
  });
  health.needsToBeReady('signaling', () => sip.directory.reachable());
  health.needsToBeReady('admission', () => !viewers.draining);
  const insistOnHttps = settings.tls?.source.selfSigned === false;
  const loopbackOnly = isLoopbackHost(settings.http.host);
  const count = meterHttp(settings.metrics);
  const app = createApp({ ...settings, ...membership, calls: settings.calls ?? company, context, cluster, feeds, operators, operatorView, bridge, loopbackOnly, tickets: company.trace.tickets, count, insistOnHttps });
  const { server, stopRenewal } = createServer(app, settings);
  gateway.attach(server, cluster && upgradeElsewhere(cluster, signer, app.get('trust proxy fn') as Trusts));
  let closed: Promise<void> | undefined;
  const closeAll = async () => {
    stopRenewal();
    await Promise.all([cluster?.close(), gateway.close(), closeServer(server), sip.close(() => Promise.all([watches.close(), bridge.close(), feeds.close(), company.close()]))]);
    viewers.freeAll();
    await settings.store.close();
  };
  const close = () => (closed ??= closeAll());
  try {
    const url = await listen(server, settings.http.host, settings.http.port);
    await cluster?.start(settings.addressForFronts ?? reachable(url, sip.layer.sentBy.host));
    sip.directory.start();
    company.start();
    return { url, close, drain: (signal) => Promise.all([viewers.drain(signal), bridge.drain(signal)]).then(() => undefined) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where a server that listens at all addresses of a machine is reached from others: at that by which SIP reaches it. */
function reachable(url: string, host: string): string {
  const address = new URL(url);
  const isAny = address.hostname === '0.0.0.0' || address.hostname === '[::]';
  return isAny ? `${address.protocol}//${isIPv6(host) ? `[${host}]` : host}:${address.port}` : url;
}

/** HTTP, or HTTPS with a certificate that is kept up to date. */
function createServer(app: RequestListener, { tls, clock, log }: CompleteOptions): { server: Server; stopRenewal: Cancel } {
  if (tls === undefined) return { server: createHttpServer(app), stopRenewal: () => undefined };
  const server = createHttpsServer(app, tls.material);
  return { server, stopRenewal: keepRenewed(server, tls, { clock, log }) };
}

/** One agent, and so one socket, for the directory and all viewers' calls. */
function createSip({ transport, servers, advertised, clock, timers, random, log, name, secret, signaling }: CompleteOptions) {
  const agent = new Agent({
    transport,
    servers,
    clock,
    timers,
    random,
    log,
    product: `sipcast-front/${packageVersion()}`,
    ...(advertised === undefined ? {} : { sentBy: advertised }),
    ...(secret === undefined ? {} : { credentials: { username: DIGEST_USER, password: secret } }),
  });
  const domain = new Domain(signaling);
  const directory = new DirectoryWatcher({ agent, domain, name, clock, log });
  const statistics = new StatisticsSubscriber({ agent, domain, directory, name, log });
  const close = async (hangUp: () => Promise<unknown>) => {
    const goodbye = Promise.allSettled([hangUp(), directory.close()]);
    await new Promise<void>((resolve) => {
      const cancel = clock.setTimeout(resolve, GOODBYE_LIMIT_MS);
      void goodbye.then(() => {
        cancel();
        resolve();
      });
    });
    // Whoever has not answered by now will not.
    await agent.close(0);
    await transport.close();
  };
  return { agent, domain, layer: agent.layer, directory, caller: new SipCaller({ agent, domain, log }), publisher: new Publisher({ agent, domain, log }), statistics, close };
}
