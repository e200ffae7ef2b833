/** The servers of which each can do what the others can: which is asked now, and which are down (RFC 3263 §4.2, §4.3). */

import { formatHostPort } from '../message/host.ts';
import type { Cancel, Clock } from '../timing/clock.ts';
import type { Address } from '../transport/transport.ts';
import type { Find, FoundServer } from './find.ts';
import { Heartbeat } from './heartbeat.ts';

/** How long what the DNS said is believed, and how soon it is asked again when it said nothing, ms. */
const FIND_AGAIN_MS = 30_000;
const FIND_AFTER_FAILURE_MS = 5_000;

export interface ServersOptions {
  /** What requests are addressed to that are for any of them: host and port of a URI. */
  readonly domain: Address;
  /** What is known of them at once, the preferred first. */
  readonly known?: readonly FoundServer[];
  /** Finds them again now and then; they stay as they are unless given. */
  readonly find?: Find;
  readonly clock: Clock;
  readonly log?: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

type Listener = (server: Address) => void;

class Server implements Address {
  readonly host: string;
  readonly port: number;
  readonly names: ReadonlySet<string>;
  readonly heartbeat: Heartbeat;

  constructor(found: FoundServer, heartbeat: Heartbeat) {
    this.host = found.host;
    this.port = found.port;
    this.names = new Set([nameOf(found), ...(found.name === undefined ? [] : [nameOf({ host: found.name, port: found.port })])]);
    this.heartbeat = heartbeat;
  }
}

export class Servers {
  readonly domain: Address;
  readonly #options: ServersOptions;
  /** The preferred first. */
  #servers: readonly Server[] = [];
  readonly #listeners = { down: new Set<Listener>(), up: new Set<Listener>(), preferred: new Set<Listener>() };
  #preferred: Server | undefined;
  #ask: ((server: Address) => void) | undefined;
  #complained = false;
  #foundNone = false;
  #cancelFind: Cancel = () => undefined;
  #closed = false;

  constructor(options: ServersOptions) {
    this.domain = options.domain;
    this.#options = options;
    this.#take(options.known ?? []);
  }

  /** All of them, the preferred first. */
  get all(): readonly Address[] {
    return this.#servers;
  }

  /** Which is asked now: the first that is up, or the first where none is; undefined where none is known. */
  get preferred(): Address | undefined {
    return this.#preferred;
  }

  /** Whether the latest look-up was answered, and named nobody. */
  get foundNone(): boolean {
    return this.#foundNone;
  }

  /** Finds them, now and again later. Never rejects: what is not found now is looked for again. */
  async find(): Promise<void> {
    const { find, clock, domain, log } = this.#options;
    if (!find || this.#closed) return;
    this.#cancelFind();
    let found: readonly FoundServer[] | undefined;
    try {
      found = await find();
      this.#complained = false;
      this.#foundNone = found.length === 0;
    } catch (err) {
      if (!this.#complained) log?.warn({ err, domain: domain.host }, `the servers of ${domain.host} cannot be looked up; those that are known stay`);
      this.#complained = true;
    }
    // Whoever names nobody any more has made a mistake: what was known may still be there.
    if (found && found.length > 0) this.#take(found);
    if (!this.#isClosed()) this.#cancelFind = clock.setTimeout(() => void this.find(), found ? FIND_AGAIN_MS : FIND_AFTER_FAILURE_MS);
  }

  /** Begins to ask each whether it is there, where there are several. @param ask sends a question; whatever comes back is told by `hears` */
  start(ask: (server: Address) => void): void {
    this.#ask = ask;
    this.#watch();
  }

  close(): void {
    this.#closed = true;
    this.#cancelFind();
    for (const { heartbeat } of this.#servers) heartbeat.stop();
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
  }

  /** Whether requests for `address` are for any of these. */
  serves(address: Address): boolean {
    return nameOf(address) === nameOf(this.domain) || this.#named(address) !== undefined;
  }

  /** Where a request for `address` goes now: to the one that it names while that is up, else to the preferred; as it is where it is for none of these. */
  locate(address: Address): Address {
    const isForAny = nameOf(address) === nameOf(this.domain);
    const named = isForAny ? undefined : this.#named(address);
    if (!isForAny && !named) return address;
    return named && !named.heartbeat.isDown ? named : (this.#preferred ?? named ?? address);
  }

  /**
   * Where a request goes next that one of them did not answer.
   * @param tried where it was sent already
   * @param again whether one that was tried may be tried once more
   */
  next(tried: readonly Address[], again: boolean): Address | undefined {
    const up = this.#servers.filter(({ heartbeat }) => !heartbeat.isDown);
    const isUntried = (server: Server): boolean => !tried.some((address) => server.names.has(nameOf(address)));
    return up.find(isUntried) ?? (again ? up[0] : undefined) ?? this.#servers.find(isUntried);
  }

  isDown(address: Address): boolean {
    return this.#named(address)?.heartbeat.isDown ?? false;
  }

  /** Whether the server at `address` has said nothing at all since then. @param since on the clock */
  isSilent(address: Address, since: number): boolean {
    const server = this.#named(address);
    return server === undefined || server.heartbeat.heardAt < since;
  }

  /** Whether both are one server. */
  isSame(one: Address, other: Address): boolean {
    return nameOf(one) === nameOf(other) || (this.#named(one)?.names.has(nameOf(other)) ?? false);
  }

  /** Something has come from there. */
  hears(from: Address): void {
    if (this.#servers.length > 1) this.#named(from)?.heartbeat.hears();
  }

  /** Called with each that goes down, or is none of them any more. */
  onDown(listener: Listener): Cancel {
    return this.#listen('down', listener);
  }

  onUp(listener: Listener): Cancel {
    return this.#listen('up', listener);
  }

  /** Called whenever another is preferred. */
  onPreferred(listener: Listener): Cancel {
    return this.#listen('preferred', listener);
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #listen(what: 'down' | 'up' | 'preferred', listener: Listener): Cancel {
    const listeners = this.#listeners[what];
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  #tell(what: 'down' | 'up' | 'preferred', server: Address): void {
    for (const listener of [...this.#listeners[what]]) listener(server);
  }

  #named(address: Address): Server | undefined {
    const name = nameOf(address);
    return this.#servers.find(({ names }) => names.has(name));
  }

  /** These there are now; those that were there before stay as they are. */
  #take(found: readonly FoundServer[]): void {
    const before = this.#servers;
    const unique = found.filter((server, index) => found.findIndex((other) => nameOf(other) === nameOf(server)) === index);
    this.#servers = unique.map((server) => before.find((known) => nameOf(known) === nameOf(server)) ?? this.#newServer(server));
    const gone = before.filter((server) => !this.#servers.includes(server));
    for (const { heartbeat } of gone) heartbeat.stop();
    this.#watch();
    this.#choose();
    for (const server of gone) this.#tell('down', server);
  }

  #newServer(found: FoundServer): Server {
    const { clock, log } = this.#options;
    const place = formatHostPort(found.host, found.port);
    const server: Server = new Server(
      found,
      new Heartbeat({
        clock,
        ask: () => this.#ask?.(server),
        onDown: () => {
          log?.warn({ server: place }, `${place} does not answer; others are asked in its place`);
          this.#choose();
          this.#tell('down', server);
        },
        onUp: () => {
          log?.info({ server: place }, `${place} answers again`);
          this.#choose();
          this.#tell('up', server);
        },
      }),
    );
    return server;
  }

  /** One alone is asked nothing: there is no other to turn to. */
  #watch(): void {
    if (!this.#ask || this.#closed) return;
    const watched = this.#servers.length > 1;
    for (const { heartbeat } of this.#servers) {
      if (watched && !heartbeat.isRunning) heartbeat.start();
      else if (!watched) heartbeat.stop();
    }
  }

  #choose(): void {
    const preferred = this.#servers.find(({ heartbeat }) => !heartbeat.isDown) ?? this.#servers[0];
    if (preferred === this.#preferred || !preferred) return;
    this.#preferred = preferred;
    this.#tell('preferred', preferred);
  }
}

function nameOf({ host, port }: Address): string {
  return `${host.toLowerCase()} ${port}`;
}
