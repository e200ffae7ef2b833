/** This front as one of several, put together over what they share. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import type { Continuity } from '../people/presence.ts';
import type { CookieSigner } from '../viewers/cookie.ts';
import type { Viewer } from '../viewers/viewer.ts';
import type { Viewers } from '../viewers/viewers.ts';
import { Forwarding } from './forwarding.ts';
import { Fronts } from './fronts.ts';
import { Homes } from './homes.ts';
import { ofFront, secretOf } from './name-token.ts';
import { SEAL_HEADER, Seals } from './seal.ts';
import type { PassedOn } from './seal.ts';
import { SharedNames } from './shared-names.ts';
import type { SharedState } from './shared-state.ts';
import { Tunnels } from './tunnels.ts';

/** CSeq numbers are counted from here on, four a second, so that they fit (RFC 3261 §8.1.1.5) until 2042. */
const SEQUENCE_EPOCH_MS = Date.UTC(2025, 0, 1);
const SEQUENCE_STEP_MS = 250;

const CALL_ID_PURPOSE = 'sipcast: registrations of people';

export interface ClusterOptions {
  readonly state: SharedState;
  /** Until that of all fronts is known. */
  readonly key: Buffer;
  /** Asked for once the cluster is used. */
  readonly viewers: () => Viewers;
  readonly signer: CookieSigner;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly random: RandomSource;
  readonly log: Logger;
}

export class Cluster implements Continuity {
  readonly fronts: Fronts;
  readonly forwarding: Forwarding;
  readonly tunnels: Tunnels;
  readonly #options: ClusterOptions;
  readonly #seals: Seals;
  #parts: { readonly names: SharedNames; readonly homes: Homes } | undefined;
  #key: Buffer;
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    const { key, clock } = options;
    this.#key = key;
    this.fronts = new Fronts({ ...options, onReturned: () => void this.names.rewrite() });
    this.#seals = new Seals(() => this.#key, () => this.fronts.now());
    this.forwarding = new Forwarding({ fronts: this.fronts, seals: this.#seals, clock });
    this.tunnels = new Tunnels(this.forwarding, this.fronts, clock);
  }

  get names(): SharedNames {
    return this.#made().names;
  }

  get homes(): Homes {
    return this.#made().homes;
  }

  /** The token of a name that this front gives. */
  tokenOf(secret: string): string {
    return ofFront(this.fronts.id, secret);
  }

  /** A name is free here. What this front has when it ends others may take over. */
  freed({ name, token }: Pick<Viewer, 'name' | 'token'>): void {
    if (!this.#closed) this.names.release(name, token);
  }

  /** What another front says of a request that it passes on; undefined for what comes from a client. */
  passedOn({ method = '', url = '', headers }: IncomingMessage, originalUrl = url): PassedOn | undefined {
    return this.#seals.open({ method, url: originalUrl }, headers[SEAL_HEADER]);
  }

  callIdOf({ name, token }: Pick<Viewer, 'name' | 'token'>): string {
    return createHmac('sha256', this.#key).update(`${CALL_ID_PURPOSE}\n${secretOf(token)}\n${name}`).digest('hex');
  }

  sequence(): number {
    return Math.floor((this.fronts.now() - SEQUENCE_EPOCH_MS) / SEQUENCE_STEP_MS);
  }

  /** The key that all fronts have is known now. */
  adopt(key: Buffer): void {
    this.#key = key;
  }

  /** Says to the other fronts that this one is there, from now on. @param address where they reach it */
  start(address: string): Promise<void> {
    return this.fronts.start(address);
  }

  /** Says goodbye to the other fronts; what goes through here to others ends. */
  async close(): Promise<void> {
    this.#closed = true;
    this.tunnels.close();
    this.forwarding.close();
    await this.fronts.close();
  }

  #made(): { readonly names: SharedNames; readonly homes: Homes } {
    if (this.#parts) return this.#parts;
    const options = { ...this.#options, fronts: this.fronts, viewers: this.#options.viewers() };
    const names = new SharedNames(options);
    return (this.#parts = { names, homes: new Homes({ ...options, names }) });
  }
}
