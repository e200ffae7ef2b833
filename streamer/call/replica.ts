/**
 * What a streamer says of itself that is one of several behind one name: which one it is (RFC 5626 §4.1), how many viewers it takes,
 * and how much of what it can do is in use.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { UsageError } from '../../shared/cli/usage-error.ts';
import type { Cancel, Clock } from '../../shared/sip/index.ts';

/** How often it is looked at the load, and at most told of its change. */
const LOOK_MS = 2_000;
/** Changes that are less are not told; what is told is rounded down to a multiple of it, so that chance makes no difference between replicas. */
const STEP = 0.1;
/** Keeps 0.3 / 0.1 from being a little less than 3. */
const EPSILON = 1e-9;

const MAX_ID_CHARACTERS = 64;
/** Of URLs (RFC 9562 §6.6): what is hashed is one. */
const NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/** @throws UsageError */
export function parseReplicaId(text: string): string {
  if (!/^[\w.-]+$/.test(text) || text.length > MAX_ID_CHARACTERS) throw new UsageError(`expected letters, digits, ".", "_" and "-", at most ${MAX_ID_CHARACTERS}`);
  return text;
}

/** The same for the same name and ID, whenever and wherever it runs: a version 5 UUID (RFC 9562 §5.5). */
export function replicaInstance(name: string, id: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(`sip:${encodeURIComponent(name)};replica=${id}`).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}

export interface ReplicaOptions {
  readonly name: string;
  readonly id: string;
  readonly maxViewers: number;
  readonly viewers: () => number;
  readonly clock: Clock;
  /** CPU time that the process has used so far, ms, in all its threads. */
  readonly cpuMs?: () => number;
  /** How many threads can run at once. */
  readonly cores?: number;
}

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #instance: string;
  readonly #cpuMs: () => number;
  readonly #cores: number;
  #cpu = 0;
  #before: { readonly at: number; readonly cpuMs: number };
  #told = 0;
  #draining = false;
  #renew: () => void = () => undefined;
  #cancel: Cancel | undefined;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#instance = replicaInstance(options.name, options.id);
    this.#cpuMs = options.cpuMs ?? ownCpuMs;
    this.#cores = options.cores ?? availableParallelism();
    this.#before = { at: options.clock.now(), cpuMs: this.#cpuMs() };
  }

  /** What stands behind our Contact: `;+sip.instance="<urn:uuid:…>";load=0.4;capacity=250`. */
  contactParameters(): string {
    this.#told = this.#draining ? 1 : Math.floor(this.#load() / STEP + EPSILON) * STEP;
    return `;+sip.instance="<${this.#instance}>";load=${Number(this.#told.toFixed(2))};capacity=${this.#options.maxViewers}`;
  }

  /** @param renew registers anew: the load is another */
  start(renew: () => void): void {
    this.#renew = renew;
    this.#schedule();
  }

  /** Says that nothing is left, so that calls go to the others; what we have goes on. */
  drain(): void {
    this.#draining = true;
    this.#renew();
  }

  close(): void {
    this.#cancel?.();
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.setTimeout(() => {
      this.#look();
      this.#schedule();
    }, LOOK_MS);
  }

  #look(): void {
    const [at, cpuMs] = [this.#options.clock.now(), this.#cpuMs()];
    this.#cpu = Math.min(1, (cpuMs - this.#before.cpuMs) / Math.max(1, at - this.#before.at) / this.#cores);
    this.#before = { at, cpuMs };
    const more = this.#load() - this.#told;
    // What is told is rounded down: a load that has fallen by less than a step would else never be told, and nobody sent here meanwhile.
    if (!this.#draining && (more >= STEP - EPSILON || more <= -STEP / 2)) this.#renew();
  }

  #load(): number {
    return Math.min(1, Math.max(this.#options.viewers() / this.#options.maxViewers, this.#cpu));
  }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
