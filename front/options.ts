/** Everything about front that can be set, with the values that hold unless told otherwise. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { packageFolder } from '../shared/cli/version.ts';
import { silentLogger } from '../shared/log/logger.ts';
import type { Logger } from '../shared/log/logger.ts';
import { Health } from '../shared/health/health.ts';
import { Metrics } from '../shared/metrics/metrics.ts';
import { RFC3261_TIMERS, systemClock, systemRandom } from '../shared/sip/index.ts';
import type { Address, Clock, RandomSource, Servers, Timers, Transport } from '../shared/sip/index.ts';
import { SIGNING_KEY_BYTES } from './accounts/signing-key.ts';
import type { SigningKey } from './accounts/tokens.ts';
import type { RunningCalls } from './calls/running-calls.ts';
import type { IceServer } from './ice-servers.ts';
import type { PasswordCost } from './passwords/passwords.ts';
import { IN_MEMORY, openSqliteStore } from './store/sqlite/sqlite-store.ts';
import type { SharedPart, Store } from './store/store.ts';
import type { OpenTls } from './tls/open-tls.ts';

const COOKIE_KEY_BYTES = 32;

export interface FrontOptions {
  /** Where HTTP listens; port 0 lets the system choose. */
  http: { host: string; port: number };
  /** Where the signaling daemon is; of several, what stands for all. */
  signaling: Address;
  /** The daemons, where there are several. Front closes them when it stops. */
  servers?: Servers | undefined;
  /** The one SIP socket. Front closes it when it stops. */
  transport: Transport;
  /** Where others reach that socket, if not at its own address. */
  advertised?: Address;
  /** What front calls itself in SIP when it speaks for no viewer. */
  name?: string;
  /** Password of the digest user `front`, when the daemon asks for one. */
  secret?: string | undefined;
  log?: Logger;
  metrics?: Metrics;
  /** Told of whether viewers can watch; served at /healthz and /readyz. */
  health?: Health;
  clock?: Clock;
  timers?: Timers;
  random?: RandomSource;
  /** Signs the cookies; random unless given, so that cookies end with the process. */
  cookieKey?: Buffer;
  /** Folder of the built page, and of the streamers' pictures. */
  pageFolder?: string;
  imagesFolder?: string;
  /** Folder of the captures that the page can open. */
  capturesFolder?: string;
  /** CSP sources besides this server from which browsers may load pictures. */
  imageSources?: readonly string[];
  /** /register and /offer requests that one address may make a minute; 0 for no limit. */
  requestsPerMinute?: number;
  maxNames?: number;
  maxNamesPerAddress?: number;
  /** What operators prove themselves by who want to see streamers' numbers; without it only this machine may. */
  operatorPassword?: string | undefined;
  /** How long a name waits for a page to return after its last WebSocket closed, ms. */
  returnMs?: number;
  /** How long a name without WebSocket, and without a call, may go without a request, ms. */
  idleMs?: number;
  /** Reverse proxies whose X-Forwarded-* headers are believed. */
  trustedProxies?: readonly string[];
  /** Keeps accounts and rooms; in memory unless given. Front closes it when it stops. */
  store?: Store;
  /** The same store, where other fronts use it too: keeps the key that signs the cookies of all, and what fronts must know of each other. */
  shared?: SharedPart | undefined;
  /** Where other fronts reach this one, `http://10.0.0.2:8000`; where HTTP listens unless given. */
  addressForFronts?: string | undefined;
  /** Signs tokens; random unless given, so that whoever is signed in has to do so again when the process has ended. */
  signingKey?: SigningKey;
  /** E-mails, in lower case, of those who are operators when they sign in. */
  operatorEmails?: readonly string[];
  /** Whether one may be here without an account. */
  guests?: boolean;
  /** Let whoever shows one watch by WHEP, and nobody else but those who have an account; without any, whoever may be a guest may. */
  watchTokens?: readonly string[];
  /** Let whoever shows one publish by WHIP, besides those who have an account. */
  publishTokens?: readonly string[];
  /** Sessions of WHEP, and of WHIP, that there may be at a time, in all and of one address. */
  maxSessions?: number;
  maxSessionsPerAddress?: number;
  /** STUN and TURN servers for pages, players and encoders. */
  iceServers?: readonly IceServer[];
  /** Serves HTTPS with this certificate; HTTP unless given. */
  tls?: OpenTls | undefined;
  /** What hashing a password costs. */
  passwordCost?: PasswordCost;
  /** The calls that operators see, in place of those that go on here. */
  calls?: RunningCalls | undefined;
  /** Milliseconds since 1970. */
  wallClock?: () => number;
}

export const DEFAULTS = {
  name: 'front',
  requestsPerMinute: 300,
  maxNames: 10_000,
  maxNamesPerAddress: 1000,
  returnMs: 10_000,
  idleMs: 15 * 60_000,
  maxSessions: 10_000,
  maxSessionsPerAddress: 1000,
};

/** `options` with every default filled in. */
export function complete(options: FrontOptions) {
  return {
    ...DEFAULTS,
    log: silentLogger,
    metrics: new Metrics(),
    health: new Health(),
    clock: systemClock,
    timers: RFC3261_TIMERS,
    random: systemRandom,
    cookieKey: randomBytes(COOKIE_KEY_BYTES),
    pageFolder: join(packageFolder(), 'dist', 'front', 'public'),
    imagesFolder: join(packageFolder(), 'data', 'images'),
    capturesFolder: join(packageFolder(), 'captures'),
    imageSources: [],
    trustedProxies: [],
    operatorPassword: undefined,
    store: options.store ?? openSqliteStore(IN_MEMORY),
    shared: undefined,
    addressForFronts: undefined,
    signingKey: randomBytes(SIGNING_KEY_BYTES) as SigningKey,
    operatorEmails: [],
    guests: true,
    watchTokens: [],
    publishTokens: [],
    iceServers: [],
    tls: undefined,
    passwordCost: undefined,
    calls: undefined,
    servers: undefined,
    wallClock: Date.now,
    ...options,
  };
}

export type CompleteOptions = ReturnType<typeof complete>;
