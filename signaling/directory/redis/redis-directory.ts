/**
 * The directory in Redis, or what speaks its protocol: shared by any number of daemons. Each answers from its memory, which the engine's
 * client tracking keeps fresh; after a lost connection everything is read again.
 */

import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../shared/sip/timing/clock.ts';
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { formatHostPort } from '../../../shared/sip/message/host.ts';
import type { Address } from '../../../shared/sip/transport/transport.ts';
import { DirectoryOpenError } from '../directory.ts';
import type { Directory } from '../directory.ts';
import { checkEngineUrl, EngineUrlError } from '../engine-url.ts';
import type { Session, StoredSubscription, Streamer } from '../entries.ts';
import { Condition } from './condition.ts';
import type { EngineReport } from './condition.ts';
import { EngineClock } from './engine-clock.ts';
import { KeyNames } from './key-names.ts';
import { Link } from './link.ts';
import { Outbox } from './outbox.ts';
import { KnownDaemons } from './peers.ts';
import { sessionLayout, subscriptionLayout } from './record-layout.ts';
import type { SessionLives } from './record-layout.ts';
import { Rereading, readKeys } from './rereading.ts';
import { SharedTable } from './shared-table.ts';
import { streamerLayout } from './streamer-layout.ts';
import type { NamePart } from './streamer-layout.ts';

/** How long whoever waits for the engine's word may wait, ms. */
const DEFAULT_WRITE_LIMIT_MS = 2000;
/** The first attempt to connect again comes after this long, each further one after twice as long, ms. */
const FIRST_RECONNECT_MS = 50;
const LAST_RECONNECT_MS = 2000;
/** So often a daemon says that it lives, and measures how far the clocks are apart, ms. */
const SIGN_OF_LIFE_MS = 30_000;
/** So often it tries whether an engine that refused takes changes again, ms. */
const PROBE_MS = 1000;
const CLOCK_SAMPLES = 3;
const SCAN_COUNT = '1000';
const HOUR_MS = 3_600_000;
const DEFAULT_SESSION_LIVES: SessionLives = { active: 13 * HOUR_MS, ended: HOUR_MS };

const TABLES = ['streamers', 'sessions', 'subscriptions', 'daemons'] as const;

type TableName = (typeof TABLES)[number];

export interface RedisDirectoryOptions {
  /** `redis[s]://[user[:password]@]host[:port][/database]`. */
  readonly url: string;
  /** What all keys begin with. */
  readonly prefix?: string;
  /** Where this daemon is reached; of its own are the subscriptions that it finds again after a restart. */
  readonly self: Address;
  /** What it calls itself. */
  readonly name?: string;
  readonly sessionLives?: SessionLives;
  readonly clock?: Clock;
  /** Ms since 1970, as the daemon has it. */
  readonly now?: () => number;
  readonly writeLimitMs?: number;
  /** Hears of what an operator should know. */
  readonly report?: (report: EngineReport) => void;
  /** Hears of each change: how long the engine took, ms, and whether it is there now. */
  readonly onWrite?: ((milliseconds: number, succeeded: boolean) => void) | undefined;
}

export class RedisDirectory implements Directory {
  readonly streamers: SharedTable<Streamer, NamePart>;
  readonly sessions: SharedTable<Session, Session>;
  readonly subscriptions: SharedTable<StoredSubscription, StoredSubscription>;
  readonly peers: KnownDaemons;
  readonly #options: RedisDirectoryOptions;
  readonly #clock: Clock;
  readonly #engineClock: EngineClock;
  readonly #condition: Condition;
  readonly #outbox: Outbox;
  readonly #prefix: string;
  readonly #names: Readonly<Record<TableName, KeyNames>>;
  #epoch: string | undefined;
  #link: Link | undefined;
  #rereading: Rereading | undefined;
  #cancelBeat: Cancel | undefined;
  #cancelPause: (() => void) | undefined;
  #closed = false;

  private constructor(options: RedisDirectoryOptions) {
    this.#options = options;
    this.#prefix = options.prefix ?? 'sipcast:';
    this.#clock = options.clock ?? systemClock;
    this.#engineClock = new EngineClock(options.now ?? Date.now);
    this.#condition = new Condition((report) => options.report?.(report), () => this.#probeSoon());
    this.#outbox = new Outbox({
      clock: this.#clock,
      engineClock: this.#engineClock,
      condition: this.#condition,
      limitMs: options.writeLimitMs ?? DEFAULT_WRITE_LIMIT_MS,
      measure: (link) => this.#measure(link),
      onWrite: options.onWrite ?? (() => undefined),
    });
    const self = formatHostPort(options.self.host, options.self.port);
    this.#names = {
      streamers: new KeyNames(this.#prefix, 'name'),
      sessions: new KeyNames(this.#prefix, 'session'),
      subscriptions: new KeyNames(this.#prefix, 'subscription', self),
      daemons: new KeyNames(this.#prefix, 'daemon'),
    };
    const shared = {
      outbox: this.#outbox,
      clock: this.#engineClock,
      reread: async (keys: readonly string[]) => this.#rereading?.reread(keys),
      onSenseless: (key: string) => options.report?.({ kind: 'senseless', key }),
    };
    this.streamers = new SharedTable({ layout: streamerLayout, names: this.#names.streamers, ...shared });
    this.sessions = new SharedTable({ layout: sessionLayout(options.sessionLives ?? DEFAULT_SESSION_LIVES), names: this.#names.sessions, ...shared });
    this.subscriptions = new SharedTable({ layout: subscriptionLayout, names: this.#names.subscriptions, ...shared });
    this.peers = new KnownDaemons(this.#names.daemons, options.self, options.name ?? '', this.#engineClock);
  }

  /**
   * Connects, and resolves when what the engine holds is known, or at once where it is away: then it is tried again and again.
   * @throws DirectoryOpenError for what no engine can mend: a URL that is none, a client that is not installed
   */
  static async open(options: RedisDirectoryOptions): Promise<RedisDirectory> {
    try {
      checkEngineUrl(options.url);
    } catch (cause) {
      if (!(cause instanceof EngineUrlError)) throw cause;
      throw new DirectoryOpenError(`cannot use the directory: ${cause.message}`, { cause });
    }
    try {
      await import('@redis/client');
    } catch (cause) {
      throw new DirectoryOpenError('a directory in Redis needs the package @redis/client: npm install @redis/client', { cause });
    }
    const directory = new RedisDirectory(options);
    await new Promise<void>((resolve) => void directory.#run(resolve));
    return directory;
  }

  /** Whether what the engine holds was read at any time: until then nobody is known. */
  get known(): boolean {
    return this.#epoch !== undefined;
  }

  /** Whether the engine takes changes: a new name, for one. */
  get writable(): boolean {
    return this.#link !== undefined && !this.#condition.failing;
  }

  async flush(): Promise<void> {
    await this.#outbox.flush();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#outbox.flush();
    } finally {
      this.#outbox.close();
      this.#cancelPause?.();
      this.#link?.close(new Error('the directory is closed'));
    }
  }

  /** Connects again and again until it is closed. @param tried called when the first attempt has come to its end */
  async #run(tried: () => void): Promise<void> {
    let pause = FIRST_RECONNECT_MS;
    while (!this.#isClosed()) {
      try {
        const link = await this.#connect();
        pause = FIRST_RECONNECT_MS;
        tried();
        const reason = await link.ended;
        this.#disconnected();
        if (!this.#isClosed()) this.#condition.failed(reason);
      } catch (error) {
        if (!this.#isClosed()) this.#condition.failed(error);
        tried();
      }
      if (this.#isClosed()) return;
      await this.#wait(pause);
      pause = Math.min(2 * pause, LAST_RECONNECT_MS);
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  async #wait(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.setTimeout(resolve, milliseconds);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
    this.#cancelPause = undefined;
  }

  async #connect(): Promise<Link> {
    const told: string[] = [];
    let synchronized = false;
    const { streamers, sessions, daemons } = this.#names;
    const link = await Link.open({
      url: this.#options.url,
      prefixes: [streamers, sessions, daemons].map(({ prefix }) => prefix),
      clock: this.#clock,
      onChanged: (key) => {
        // All is gone: what it takes to notice is the same as after a restart.
        if (key === undefined) link.close(new Error('it was emptied'));
        else if (synchronized) this.#rereading?.add(key);
        else told.push(key);
      },
    });
    try {
      await this.#measure(link);
      await this.#synchronize(link);
      if (this.#closed) throw new Error('the directory is closed');
      this.#link = link;
      this.#rereading = new Rereading({ link, onRead: (keys, texts) => this.#read(keys, texts) });
      synchronized = true;
      for (const key of told) this.#rereading.add(key);
      this.#outbox.connected(link);
      await this.#signOfLife(link);
      return link;
    } catch (error) {
      this.#disconnected();
      link.close(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  #disconnected(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    this.#link = undefined;
    this.#rereading = undefined;
    this.#outbox.disconnected();
  }

  /** Says that this daemon lives, which also tells whether the engine takes changes; again after a while. */
  async #signOfLife(link: Link): Promise<void> {
    try {
      await this.peers.announce(link);
      this.#condition.worked();
    } catch (error) {
      if (link.over) throw error;
      this.#condition.failed(error);
    }
    this.#signOfLifeAfter(link, this.#condition.failing ? PROBE_MS : SIGN_OF_LIFE_MS);
  }

  #signOfLifeAfter(link: Link, milliseconds: number): void {
    this.#cancelBeat?.();
    this.#cancelBeat = this.#clock.setTimeout(() => {
      if (link.over) return;
      this.#measure(link).then(() => this.#signOfLife(link)).catch(() => undefined);
    }, milliseconds);
  }

  /** It has begun to refuse: whether it goes on is found out though nobody may ask for anything. */
  #probeSoon(): void {
    if (this.#link) this.#signOfLifeAfter(this.#link, PROBE_MS);
  }

  async #measure(link: Link): Promise<void> {
    for (let sample = 0; sample < CLOCK_SAMPLES; sample++) {
      const askedAt = this.#engineClock.local;
      const answer = await link.command('TIME');
      const [seconds, microseconds] = Array.isArray(answer) ? answer.map(Number) : [];
      if (seconds !== undefined && microseconds !== undefined) this.#engineClock.learn(askedAt, seconds * 1000 + microseconds / 1000);
    }
  }

  async #synchronize(link: Link): Promise<void> {
    const epoch = await this.#epochOf(link);
    const emptied = this.#epoch !== undefined && this.#epoch !== epoch;
    const keys = await this.#allKeys(link);
    const texts = await readKeys(link, keys);
    if (link.over) throw await link.ended;
    const found = { streamers: new Map<string, Map<string, string>>(), sessions: new Map<string, Map<string, string>>(), subscriptions: new Map<string, Map<string, string>>() };
    for (const [index, key] of keys.entries()) {
      const text = texts[index];
      if (text === undefined) continue;
      const place = this.#placeOf(key);
      if (place?.table === 'daemons') this.peers.read(place.key, true);
      else if (place) partsOf(found[place.table], place.key).set(place.part, text);
    }
    const returned =
      this.streamers.synchronize(found.streamers, emptied) + this.sessions.synchronize(found.sessions, emptied) + this.subscriptions.synchronize(found.subscriptions, emptied);
    this.#epoch = epoch;
    if (!emptied) return;
    this.#options.report?.({ kind: 'emptied', entries: returned });
    await this.peers.announceOthers(link);
  }

  /** What tells an engine that still has all it had from one that began anew. */
  async #epochOf(link: Link): Promise<string> {
    const key = `${this.#prefix}epoch`;
    const known = await link.command('GET', key);
    if (typeof known === 'string') return known;
    await link.command('SET', key, randomUUID(), 'NX');
    return String(await link.command('GET', key));
  }

  async #allKeys(link: Link): Promise<string[]> {
    const keys = new Set<string>();
    let cursor = '0';
    do {
      const answer = await link.command('SCAN', cursor, 'MATCH', `${this.#prefix}*`, 'COUNT', SCAN_COUNT);
      const [next, found] = Array.isArray(answer) ? (answer as unknown[]) : [];
      for (const key of Array.isArray(found) ? found : []) if (this.#placeOf(String(key))) keys.add(String(key));
      cursor = String(next);
    } while (cursor !== '0');
    return [...keys];
  }

  #placeOf(name: string): { table: TableName; key: string; part: string } | undefined {
    for (const table of TABLES) {
      const parsed = this.#names[table].parse(name);
      if (parsed) return { table, ...parsed };
    }
    return undefined;
  }

  #read(names: readonly string[], texts: readonly (string | undefined)[]): void {
    for (const [index, name] of names.entries()) {
      const place = this.#placeOf(name);
      const text = texts[index];
      if (place?.table === 'daemons') this.peers.read(place.key, text !== undefined);
      else if (place) this[place.table].read(place.key, place.part, text);
    }
    // Names first: a session may be at a binding that has just come.
    for (const table of [this.streamers, this.sessions, this.subscriptions]) table.settle();
  }
}

function partsOf(found: Map<string, Map<string, string>>, key: string): Map<string, string> {
  const parts = found.get(key) ?? new Map<string, string>();
  found.set(key, parts);
  return parts;
}
