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
import type { AnsweredCall } from '../sip/call-attempts.ts';
import type { WatchRequest } from '../watch/caller.ts';
import { DialogMedia } from './dialog-media.ts';
import type { Asker } from './gate.ts';
import type { Publisher } from './publisher.ts';
import { nameSchema, titleSchema } from './requests.ts';

/** When to ask again for a daemon that is silent, seconds. */
const SIGNALING_RETRY_SECONDS = 5;

export interface BridgeOptions {
  readonly caller: { call(request: WatchRequest): Promise<AnsweredCall> };
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly directory: Directory;
  readonly iceServers: readonly IceServer[];
  /** Of WHEP and of WHIP each. */
  readonly limits: SessionLimits;
  readonly log: Logger;
}

export class Bridge {
  readonly whep: WhipEndpoint<Asker>;
  readonly whip: WhipEndpoint<Asker>;
  readonly #options: BridgeOptions;
  readonly #drain = new Drain(() => this.#sessions === 0);
  /** Those that go on, or are about to. */
  #sessions = 0;

  constructor(options: BridgeOptions) {
    this.#options = options;
    const { iceServers, limits } = options;
    this.whep = new WhipEndpoint<Asker>({ base: '/whep', begin: (offer) => this.#watch(offer), iceServers, limits });
    this.whip = new WhipEndpoint<Asker>({ base: '/whip', begin: (offer) => this.#publish(offer), iceServers, limits });
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
    return this.#begin('watching by WHEP', { viewer: asker.name, streamer: resource }, async () => {
      const streamer = await findStreamer(resource, asker.name, directory);
      return caller.call({ viewer: asker.name, streamer, offer: sdp, signal });
    });
  }

  async #publish({ resource, sdp, query, asker, signal }: WhipOffer<Asker>): Promise<WhipMedia> {
    const name = checked(resource, nameSchema, 'The name');
    const title = checked(query.get('title') ?? undefined, titleSchema, 'The title');
    return this.#begin('publishing by WHIP', { publisher: asker.name, name }, () => this.#options.publisher.publish({ publisher: asker.name, name, title, offer: sdp, signal }));
  }

  async #begin(what: string, who: Record<string, string>, call: () => Promise<AnsweredCall>): Promise<WhipMedia> {
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
    log.info({ callId, ...who }, what);
    media.onEnded(() => {
      log.info({ callId, ...who }, 'no longer');
      this.#over();
    });
    return media;
  }

  #over(): void {
    this.#sessions -= 1;
    this.#drain.somebodyLeft();
  }
}

/** A daemon that is silent is no gateway's timeout to players and encoders, which try again after 503. */
function asUnavailable(error: unknown): Error {
  if (!(error instanceof ApiError) || error.code !== 'signaling-silent') return error instanceof Error ? error : new Error(String(error));
  return new ApiError(503, error.code, error.message, { cause: error, headers: { 'Retry-After': String(SIGNALING_RETRY_SECONDS) } });
}
