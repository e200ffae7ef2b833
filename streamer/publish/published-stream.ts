/** What somebody publishes, as viewers find it: a name in the directory, and calls to it that are answered like any streamer's. */
import { demoted } from '../../shared/log/demoted.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { RegistrationState } from '../../shared/registration/registration.ts';
import type { Clock, IncomingCall } from '../../shared/sip/index.ts';
import { CallDesk } from '../call/call-desk.ts';
import type { CallMeter } from '../call/call-meter.ts';
import { describe } from '../call/description.ts';
import type { Endpoint } from '../call/endpoint.ts';
import { RefusedError } from '../call/refused.ts';
import { stationId } from '../call/relay-path.ts';
import { openLocalShard, type ShardSettings } from '../shard/open-local.ts';
import type { Shard } from '../shard/shard.ts';
import type { Source } from '../source/source.ts';
import type { PublishTerms } from './publish-header.ts';

/** A name whose process died is free after this at the latest, seconds. */
export const EXPIRES_SECONDS = 20;
/** Whoever publishes waits no longer for his name. */
const REGISTER_LIMIT_MS = 4_000;
const FORBIDDEN = 403;

export interface PublishedStreamOptions {
  readonly terms: PublishTerms;
  readonly source: Source;
  readonly endpoint: Pick<Endpoint, 'registration'>;
  readonly settings: ShardSettings;
  readonly maxViewers: number;
  readonly meter: CallMeter;
  readonly clock: Clock;
  readonly log: Logger;
  /** To be waited for before the name leaves the directory. */
  readonly onLeaving: (shard: Shard) => Promise<void>;
  /** Hears when the name has become somebody else's. */
  readonly onNameLost: () => void;
}

export class PublishedStream {
  readonly shard: Shard;
  readonly #options: PublishedStreamOptions;
  readonly #desk: CallDesk;
  readonly #registration: ReturnType<Endpoint['registration']>;
  #take: (call: IncomingCall) => void | Promise<void> = () => undefined;
  #registered = false;
  #tell: (state: RegistrationState | undefined) => void = () => undefined;

  private constructor(options: PublishedStreamOptions, shard: Shard) {
    this.#options = options;
    this.shard = shard;
    const { terms, source, endpoint, maxViewers, meter, clock, log } = options;
    const agent = { onCall: (take: (call: IncomingCall) => void | Promise<void>) => void (this.#take = take), layer: { clock } };
    const passage = { path: () => [{ id: stationId(terms.name), onDemand: true }] };
    this.#desk = new CallDesk({ agent, shard, maxViewers, meter, log, passage, onAudience: (viewers) => source.audience?.(viewers) });
    const body = describe({ tracks: source.tracks, mode: 'live' }, { title: terms.title });
    this.#registration = endpoint.registration(body, { name: terms.name, expiresSeconds: EXPIRES_SECONDS, onState: (state) => this.#hear(state), log: demoted(log) });
  }

  /** Resolves when viewers can be carried; nobody finds it before {@link register}. */
  static async open(options: PublishedStreamOptions): Promise<PublishedStream> {
    const { settings, source, log } = options;
    return new PublishedStream(options, await openLocalShard(settings, source, log));
  }

  get viewers(): number {
    return this.#desk.viewers;
  }

  /** Takes the call of a viewer. */
  take(call: IncomingCall): void | Promise<void> {
    return this.#take(call);
  }

  /** Puts the name into the directory. @throws RefusedError 403 where it is another's, 503 where signaling does not take it */
  async register(): Promise<void> {
    const { clock, terms } = this.#options;
    const heard = new Promise<RegistrationState | undefined>((resolve) => (this.#tell = resolve));
    const cancel = clock.setTimeout(() => this.#tell(undefined), REGISTER_LIMIT_MS);
    this.#registration.start();
    const state = await heard;
    cancel();
    if (state?.state === 'registered') this.#registered = true;
    else if (state?.state === 'refused' && state.status === FORBIDDEN) throw new RefusedError(FORBIDDEN, `the name ${terms.name} is somebody else’s`);
    else throw new RefusedError(503, `signaling does not take the name ${terms.name} now`, { 'Retry-After': '10' });
  }

  /** Says BYE to its viewers and takes the name out of the directory. */
  async close(reason: string): Promise<void> {
    await this.#desk.close(reason);
    await this.#options.onLeaving(this.shard);
    await this.#registration.stop();
    await this.shard.close();
  }

  #hear(state: RegistrationState): void {
    this.#tell(state);
    if (this.#registered && state.state === 'refused' && state.status === FORBIDDEN) this.#options.onNameLost();
  }
}
