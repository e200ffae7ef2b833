/**
 * What one of each thing costs, as measured, and how long whoever notices takes, as built: every number of the simulation that is neither an option nor
 * arithmetic, each with the place that it is from. All were taken on two cores of a shared virtual machine with Node 20; a newer machine does more.
 */

export interface Measured {
  readonly value: number;
  /** The least and the most that were measured, where there is a spread: runs draw from between them. */
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  readonly source: string;
}

const MEDIA_FIGURES = 'docs/media.md, Figures (npm run bench:media)';
const SCALE = 'docs/scale.md';
const BENCH = 'npm run bench -- front signaling, 30 November 2026, two busy cores';
const BENCH_CLUSTER = 'npm run bench -- cluster (three daemons with one Redis), the same day and machine, while much else ran: rather too much than too little';

/** CPU µs of the streamer's process for each packet and viewer, by how many viewers watch: what the source costs is shared by all of them. */
export const PACKET_COST: Readonly<Record<Fanout, readonly (Measured & { readonly viewers: number })[]>> = {
  native: [
    { viewers: 10, value: 39.1, least: 32.1, most: 47.8, unit: 'µs', source: MEDIA_FIGURES },
    { viewers: 100, value: 10.6, least: 9.4, most: 10.7, unit: 'µs', source: MEDIA_FIGURES },
    { viewers: 300, value: 7.9, least: 7.6, most: 8.5, unit: 'µs', source: MEDIA_FIGURES },
  ],
  portable: [
    { viewers: 10, value: 47.4, least: 42.8, most: 50.7, unit: 'µs', source: MEDIA_FIGURES },
    { viewers: 100, value: 18.5, least: 17.3, most: 20.5, unit: 'µs', source: MEDIA_FIGURES },
    { viewers: 300, value: 16, least: 15.7, most: 17.1, unit: 'µs', source: MEDIA_FIGURES },
  ],
};

export type Fanout = 'native' | 'portable';

/** CPU ms of a streamer for a new viewer: ICE, DTLS, keys. */
export const NEW_VIEWER: Readonly<Record<Fanout, Measured>> = {
  native: { value: 4.58, least: 3.95, most: 5.52, unit: 'ms', source: MEDIA_FIGURES },
  portable: { value: 3.76, least: 3.11, most: 5.86, unit: 'ms', source: MEDIA_FIGURES },
};

export const VIEWER_MEMORY: Readonly<Record<Fanout, Measured>> = {
  native: { value: 174, unit: 'kB', source: MEDIA_FIGURES },
  portable: { value: 213, unit: 'kB', source: MEDIA_FIGURES },
};

/** The stream of those figures, from which packets are scaled to other bit rates with their mean size. */
export const STREAM = {
  mbit: { value: 1.6, unit: 'Mbit/s', source: 'the clip of bench:media: 1.5 Mbit/s of picture, and sound' },
  packets: { value: 222, unit: 'RTP packets/s', source: 'the same, as counted in performance measurements of the clip; the soak of docs/media.md has 40.3 million in 600 s to 300 viewers, 224' },
} as const satisfies Record<string, Measured>;

/** What a packet takes on the wire beyond what the bit rate counts. */
export const WIRE = {
  srtpTag: { value: 16, unit: 'bytes', source: 'RFC 7714 §14.2, AES-GCM' },
  udp: { value: 8, unit: 'bytes', source: 'RFC 768' },
  ip: { value: 20, unit: 'bytes', source: 'RFC 791' },
  ethernet: { value: 38, unit: 'bytes', source: 'IEEE 802.3: preamble 8, header 14, check 4, gap 12' },
} as const satisfies Record<string, Measured>;

export const WORKERS = {
  most: { value: 4, unit: 'threads', source: 'docs/media.md, Threads: at most four are started' },
  coresFree: { value: 1, unit: 'cores', source: 'docs/media.md, Threads: one core is left free' },
} as const satisfies Record<string, Measured>;

/** What the services that carry no media do for one viewer. Each is one thread, so one core. */
export const CONTROL = {
  files: { value: 5.6, least: 4.87, most: 5.92, unit: 'CPU ms of front', source: `${BENCH}: all files of the page, as whoever comes for the first time loads them` },
  visit: { value: 4.34, least: 3.04, most: 8.58, unit: 'CPU ms of front', source: `${BENCH}: a name, the WebSocket, and the name’s registration` },
  frontCall: { value: 7.53, least: 5.73, most: 7.98, unit: 'CPU ms of front', source: `${BENCH}: /streamer, /offer` },
  frontCallAgain: { value: 4.7, least: 4.37, most: 6.8, unit: 'CPU ms of front', source: `${BENCH}: /offer, which ends the call before` },
  leave: { value: 1.75, least: 1.53, most: 2.5, unit: 'CPU ms of front', source: `${BENCH}: /leave` },
  page: { value: 120, unit: 'kB of front', source: `${BENCH}: a page that stays open` },
  daemonCall: { value: 2.35, least: 2.28, most: 3.62, unit: 'CPU ms of the daemon that is asked', source: `${BENCH_CLUSTER}: INVITE to BYE` },
  hearCall: { value: 0.91, least: 0.83, most: 0.96, unit: 'CPU ms of every other daemon', source: BENCH_CLUSTER },
  register: { value: 0.79, least: 0.75, most: 0.89, unit: 'CPU ms of the daemon that is asked', source: BENCH_CLUSTER },
  hearRegister: { value: 0.285, least: 0.134, most: 0.332, unit: 'CPU ms of every other daemon', source: BENCH_CLUSTER },
  session: { value: 13.5, unit: 'kB of each daemon', source: `${BENCH_CLUSTER}: memory per session; each daemon of a cluster knows all` },
  heap: { value: 4_345, unit: 'MB', source: 'v8.getHeapStatistics().heap_size_limit of Node 20 on a machine with 24 GB, without --max-old-space-size' },
  personRefresh: { value: 27, unit: 's', source: 'front/people/presence.ts: registered for 60 s; shared/registration/registration.ts: refreshed at half of it, less up to a fifth' },
} as const satisfies Record<string, Measured>;

/** What the engines do for one change. */
export const ENGINES = {
  redisWrite: { value: 0.033, least: 0.030, most: 0.040, unit: 'CPU ms', source: 'redis-benchmark -c 3 SET of 600 bytes with EX, Redis 7.0.15, appendfsync always; CPU of the server' },
  redisRegister: { value: 0.138, least: 0.046, most: 0.173, unit: 'CPU ms', source: `${BENCH_CLUSTER}: of Redis, for three daemons that hear of it` },
  redisCall: { value: 0.609, least: 0.493, most: 0.618, unit: 'CPU ms', source: `${BENCH_CLUSTER}: of Redis, for three daemons that hear of it` },
  daemonsMeasured: { value: 3, unit: 'daemons', source: BENCH_CLUSTER },
  postgresVisit: { value: 0.155, least: 0.144, most: 0.164, unit: 'CPU ms', source: 'pgbench -c 4, INSERT … ON CONFLICT of a name, PostgreSQL 15; CPU of all its processes' },
} as const satisfies Record<string, Measured>;

/** How long it takes until somebody notices, and what is done then. */
export const TIMING = {
  pageSilence: { value: 700, unit: 'ms', source: `${SCALE}: After 700 ms without, it calls again` },
  pageLook: { value: 150, unit: 'ms', source: 'front/page/src/player/watch.ts: how often the page looks' },
  pageReturn: { value: 400, least: 300, most: 500, unit: 'ms', source: 'front/page/src/connection/backoff.ts: SERVICE_BACKOFF, the first wait, ± 25 %' },
  relaySilence: { value: 500, unit: 'ms', source: `${SCALE}: 500 ms without a packet` },
  relayPause: { value: 100, unit: 'ms', source: `${SCALE}: calls again, 100 ms later` },
  replicaSilence: { value: 400, unit: 'ms', source: `${SCALE}: after 400 ms without a word` },
  daemonPing: { value: 1_000, unit: 'ms', source: `${SCALE}: asked by OPTIONS once a second` },
  daemonSilence: { value: 1_000, unit: 'ms', source: `${SCALE}: one that owes an answer for 1 s is down` },
  balancerConnect: { value: 1_000, unit: 'ms', source: 'docs/operations/nginx.conf: proxy_connect_timeout' },
  frontSign: { value: 1_000, unit: 'ms', source: `${SCALE}: each second` },
  frontLife: { value: 2_000, unit: 'ms', source: `${SCALE}: that was silent for 2 s` },
  relayDepth: { value: 8, unit: 'relays in a row', source: `${SCALE}: one that is eight relays deep 483` },
} as const satisfies Record<string, Measured>;

/** Ways between a browser and who serves it before the first packet of a new call comes: HTTP, ICE, DTLS 1.2 (two), and half of one for the packet. */
export const ROUND_TRIPS = { value: 4.5, unit: 'round trips', source: 'HTTP on an open connection 1; RFC 8445 §7 check 1; RFC 6347 §4.2 handshake 2; the packet 0.5' } as const satisfies Measured;
