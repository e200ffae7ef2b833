/** WHEP and WHIP as calls: what players and encoders say by HTTP, said in SIP, one dialog a session. */
import { Drain } from '../../shared/drain/drain.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { WhipEndpoint } from '../../shared/whip/index.ts';
import type { SessionLimits, WhipMedia, WhipOffer } from '../../shared/whip/index.ts';
import { ApiError } from '../api-error.ts';
import { stopping } from '../failures.ts';
import type { Directory } from '../directory/directory.ts';
import { findStreamer } from '../directory/find-streamer.ts';
import { checked } from '../http/body.ts';
import type { IceServer } from '../ice-servers.ts';
import type { WatchSession, WatchSessions } from '../operator/sessions.ts';
import type { AnsweredCall } from '../sip/call-attempts.ts';
import type { WatchRequest } from '../watch/caller.ts';
import { DialogMedia } from './dialog-media.ts';
import type { Asker } from './gate.ts';
import type { Publisher } from './publisher.ts';
import { nameSchema, titleSchema } from './requests.ts';
import { RunningSessions } from './running-sessions.ts';

/** When to ask again for a daemon that is silent, seconds. */
const SIGNALING_RETRY_SECONDS = 5;

export interface BridgeOptions {
  readonly caller: { call(request: WatchRequest): Promise<AnsweredCall> };
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly directory: Directory;
  readonly iceServers: readonly IceServer[];
  /** Of WHEP and of WHIP each. */
  readonly limits: SessionLimits;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly log: Logger;
  /** Makes ids of sessions from what is random, where other fronts must know whose they are. */
  readonly sessionId?: ((random: string) => string) | undefined;
}

/** Who watches or publishes what, and the way he came. */
type Who = Pick<WatchSession, 'viewer' | 'streamer' | 'via'>;

export class Bridge implements WatchSessions {
  readonly whep: WhipEndpoint<Asker>;
  readonly whip: WhipEndpoint<Asker>;
  readonly #options: BridgeOptions;
  readonly #running: RunningSessions;
  readonly #drain = new Drain(() => this.#sessions === 0);
  /** Those that go on, or are about to. */
  #sessions = 0;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#running = new RunningSessions(options);
    const { iceServers, limits, sessionId } = options;
    const common = { iceServers, limits, ...(sessionId && { sessionId }) };
    this.whep = new WhipEndpoint<Asker>({ base: '/whep', begin: (offer) => this.#watch(offer), ...common });
    this.whip = new WhipEndpoint<Asker>({ base: '/whip', begin: (offer) => this.#publish(offer), ...common });
  }

  /** Those that were answered, for operators. */
  list(): readonly WatchSession[] {
    return this.#running.list();
  }

  /** Ends a session for an operator. @returns whether there was such a one */
  end(id: string): boolean {
    return this.#running.end(id);
  }

  /** Begins no further session; resolves when the last has ended, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void> {
    return this.#drain.begin(signal);
  }

  /** Says BYE in every session. */
  async close(): Promise<void> {
    await Promise.all([this.whep.close(), this.whip.close()]);
  }

  async #watch({ resource, sdp, asker, signal }: WhipOffer<Asker>): Promise<WhipMedia> {
    const { caller, directory } = this.#options;
    return this.#begin('watching by WHEP', { viewer: asker.name, streamer: resource, via: 'whep' }, async () => {
      const streamer = await findStreamer(resource, asker.name, directory);
      return caller.call({ viewer: asker.name, streamer, offer: sdp, signal });
    });
  }

  async #publish({ resource, sdp, query, asker, signal }: WhipOffer<Asker>): Promise<WhipMedia> {
    const name = checked(resource, nameSchema, 'The name');
    const title = checked(query.get('title') ?? undefined, titleSchema, 'The title');
    const who = { viewer: asker.name, streamer: name, via: 'whip' } as const;
    return this.#begin('publishing by WHIP', who, () => this.#options.publisher.publish({ publisher: asker.name, name, title, offer: sdp, signal }));
  }

  async #begin(what: string, who: Who, call: () => Promise<AnsweredCall>): Promise<WhipMedia> {
    const { log } = this.#options;
    if (this.#drain.begun) throw stopping();
    this.#sessions += 1;
    const media = new DialogMedia(
      await call().catch((error: unknown) => {
        this.#over();
        throw asUnavailable(error);
      }),
    );
    const { callId } = media;
    const about = { callId, ...aboutOf(who) };
    log.info(about, what);
    this.#running.add(media, who);
    media.onEnded(() => {
      log.info(about, 'no longer');
      this.#over();
    });
    return media;
  }

  #over(): void {
    this.#sessions -= 1;
    this.#drain.somebodyLeft();
  }
}

/** As logs say it. */
function aboutOf({ viewer, streamer, via }: Who): Record<string, string> {
  return via === 'whip' ? { publisher: viewer, name: streamer } : { viewer, streamer };
}

/** A daemon that is silent is no gateway's timeout to players and encoders, which try again after 503. */
function asUnavailable(error: unknown): Error {
  if (!(error instanceof ApiError) || error.code !== 'signaling-silent') return error instanceof Error ? error : new Error(String(error));
  return new ApiError(503, error.code, error.message, { cause: error, headers: { 'Retry-After': String(SIGNALING_RETRY_SECONDS) } });
}
