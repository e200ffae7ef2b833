/** A relayed stream as viewers find it, for as long as it is in the same codecs: a source, whoever is sent it, and a name in the directory. */
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock, IncomingCall } from '../../shared/sip/index.ts';
import { CallDesk } from '../call/call-desk.ts';
import type { CallMeter } from '../call/call-meter.ts';
import type { RelayPath } from '../call/relay-path.ts';
import { RefusedError } from '../call/refused.ts';
import { openShards } from '../shard/open-shards.ts';
import type { ShardSettings } from '../shard/open-local.ts';
import type { Shard } from '../shard/shard.ts';
import type { Track } from '../source/source.ts';
import type { TakenCodecs } from '../webrtc/watch-offer.ts';
import { RelaySource } from './relay-source.ts';
import { Upstream } from './upstream.ts';
import type { UpstreamCall, UpstreamTrack } from './upstream-call.ts';

/** An origin that has been away for so long is not about to come: viewers are told so, and may look elsewhere. */
const AWAY_MS = 3_000;
const RETRY_AFTER = { 'Retry-After': '2' };

export interface StageOptions {
  /** What is relayed, for sentences. */
  readonly origin: string;
  /** Who we are on the way of the stream. */
  readonly station: string;
  /** @throws UpstreamError */
  readonly call: (taken: TakenCodecs) => Promise<UpstreamCall>;
  readonly workers: number;
  readonly settings: ShardSettings;
  readonly maxViewers: number;
  readonly idleStopMs: number;
  readonly meter: CallMeter;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** Hears once that it has to begin anew. */
  readonly onChanged: (why: string) => void;
}

export class Stage {
  readonly shard: Shard;
  readonly source: RelaySource;
  readonly upstream: Upstream;
  readonly #options: StageOptions;
  readonly #desk: CallDesk;
  #take: (call: IncomingCall) => void | Promise<void> = () => undefined;
  #path: RelayPath;

  private constructor(options: StageOptions, first: UpstreamCall, source: RelaySource, shard: Shard) {
    this.#options = options;
    this.source = source;
    this.shard = shard;
    this.#path = first.path;
    const { origin, station, call, idleStopMs, maxViewers, meter, clock, random, log, onChanged } = options;
    const taken = takenOf(first.tracks);
    this.upstream = new Upstream({ name: origin, call: () => call(taken), follow: (next) => this.#follow(next), onChanged, tick: (now) => source.tick(now), idleStopMs, clock, random, log });
    const agent = { onCall: (take: (incoming: IncomingCall) => void | Promise<void>) => void (this.#take = take), layer: { clock } };
    const passage = { path: () => [...this.#path, { id: station, onDemand: false }] };
    this.#desk = new CallDesk({ agent, shard, maxViewers, meter, log, passage, onAudience: (viewers) => this.upstream.audience(viewers) });
    this.upstream.begin(first);
  }

  /** Resolves when viewers can be carried. */
  static async open(options: StageOptions, first: UpstreamCall): Promise<Stage> {
    const { clock, workers, settings, random, log } = options;
    const source = new RelaySource({ tracks: first.tracks.map(({ kind, codec }, id): Track => ({ id, kind, codec })), clock });
    source.follow(first);
    return new Stage(options, first, source, await openShards({ workers, settings, source, random, log }));
  }

  get viewers(): number {
    return this.#desk.viewers;
  }

  /** Takes the call of a viewer. */
  take(call: IncomingCall): void | Promise<void> {
    const { away } = this.upstream;
    if (!away || away.ms < AWAY_MS) return this.#take(call);
    this.#options.meter.called('refused');
    this.#options.log.debug({ callId: call.callId, awayMs: away.ms }, 'a viewer is refused: the origin is away');
    call.reject(503, new RefusedError(503, `what is relayed here is away: ${away.why}`, RETRY_AFTER).reply);
    return undefined;
  }

  drain(signal: AbortSignal): Promise<void> {
    return this.#desk.drain(signal);
  }

  /** Says BYE to its viewers, and hangs up. */
  async close(reason: string): Promise<void> {
    await this.#desk.close(reason);
    this.upstream.close();
    await this.shard.close();
  }

  #follow(call: UpstreamCall): boolean {
    if (formsOf(call.tracks) !== formsOf(this.source.tracks)) return false;
    this.#path = call.path;
    this.source.follow(call);
    return true;
  }
}

/** What is taken of an origin that is called again. */
function takenOf(tracks: readonly UpstreamTrack[]): TakenCodecs {
  const of = (kind: UpstreamTrack['kind']) => tracks.filter((track) => track.kind === kind).map(({ codec }) => codec);
  return { audio: of('audio'), video: of('video') };
}

function formsOf(tracks: readonly UpstreamTrack[]): string {
  return JSON.stringify(tracks.map(({ kind, codec: { name, parameters } }) => [kind, name, parameters]));
}
