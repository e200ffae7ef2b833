/**
 * One call to the streamer that is relayed, as a viewer would make it, from the INVITE to the BYE of either side: its media is received as an
 * ingest's is, told of, and asked for again where it was lost.
 */
import type { Agent, Cancel, Dialog, OutgoingCall, SipResponse } from '../../shared/sip/index.ts';
import type { ForwardingCounts } from '../forwarding/counts.ts';
import type { PortSurroundings } from '../forwarding/open-port.ts';
import type { Subscriber } from '../forwarding/publication.ts';
import { Receiver } from '../forwarding/receiver.ts';
import type { Codec, MediaKind } from '../source/source.ts';
import { hostCandidates } from '../webrtc/host-candidates.ts';
import { newCredentials } from '../webrtc/ice-ways.ts';
import { codecOf } from '../webrtc/publisher-offer.ts';
import { readWatchAnswer, writeWatchOffer, type TakenCodecs, type WatchAnswer } from '../webrtc/watch-offer.ts';
import { EarlyDatagrams } from './early-datagrams.ts';
import { addressOf, type Origin } from './origin.ts';
import { readPath, RELAY_PATH_HEADER, stationId, type RelayPath } from '../call/relay-path.ts';
import { UpstreamError, upstreamError } from './upstream-error.ts';

/** A streamer answers in some ms; who does not within this is gone, or its daemon is. */
const ANSWER_LIMIT_MS = 1_500;
/** From the answer to where media can come. */
const CONNECT_LIMIT_MS = 5_000;
/** A streamer that is there sends something four times a second, whatever its source does. */
export const SILENCE_MS = 500;
/** When we were held up ourselves for so long, packets may lie in the socket unread. */
const HELD_UP_MS = 200;
const SESSION_ID_BYTES = 4;

export interface UpstreamCallOptions {
  readonly agent: Pick<Agent, 'createRequest' | 'invite'>;
  readonly origin: Origin;
  /** Our name, and who we are on the way of the stream. */
  readonly own: { readonly name: string; readonly station: string };
  readonly taken: TakenCodecs;
  readonly surroundings: PortSurroundings;
  readonly counts: ForwardingCounts;
}

/** What comes of one kind. */
export interface UpstreamTrack {
  readonly kind: MediaKind;
  readonly codec: Codec;
}

/** @throws UpstreamError; its call is over then */
export async function callUpstream(options: UpstreamCallOptions): Promise<UpstreamCall> {
  const { agent, origin, own, taken, surroundings } = options;
  const { port, addresses, certificate, randomBytes, clock } = surroundings;
  const credentials = newCredentials(port, randomBytes);
  const early = new EarlyDatagrams(port, credentials.ufrag);
  try {
    const sdp = writeWatchOffer(taken, {
      iceUfrag: credentials.ufrag,
      icePwd: credentials.password,
      fingerprint: certificate.fingerprint,
      candidates: hostCandidates(addresses, port.number),
      sessionId: String(randomBytes(SESSION_ID_BYTES).readUInt32BE(0)),
    });
    const request = agent.createRequest('INVITE', addressOf(origin.name, origin.signaling), {
      from: addressOf(own.name, origin.signaling),
      headers: { [RELAY_PATH_HEADER]: own.station },
      body: sdp,
      contentType: 'application/sdp',
    });
    const call = agent.invite(request, { nextHop: origin.signaling });
    const { dialog, response } = await answerOf(call, origin.name, (limited, ms) => clock.setTimeout(limited, ms));
    try {
      const answer = readWatchAnswer(response.bodyText(), taken);
      return new UpstreamCall({ options, dialog, response, answer, credentials, early: early.release() });
    } catch (error) {
      void dialog.bye();
      throw error;
    }
  } catch (error) {
    early.release();
    throw upstreamError(origin.name, error);
  }
}

/** A call that is given up is cancelled; should it be answered all the same, the agent hangs up. */
function answerOf(call: Pick<OutgoingCall, 'answered' | 'cancel'>, name: string, setTimeout: (limited: () => void, ms: number) => Cancel): Promise<{ readonly dialog: Dialog; readonly response: SipResponse }> {
  return new Promise((resolve, reject) => {
    const cancel = setTimeout(() => {
      call.cancel();
      reject(new UpstreamError(`nobody answers for ${name}`));
    }, ANSWER_LIMIT_MS);
    call.answered.finally(cancel).then(resolve, reject);
  });
}

interface Answered {
  readonly options: UpstreamCallOptions;
  readonly dialog: Dialog;
  readonly response: SipResponse;
  readonly answer: WatchAnswer;
  readonly credentials: { readonly ufrag: string; readonly password: string };
  readonly early: ReturnType<EarlyDatagrams['release']>;
}

export class UpstreamCall {
  readonly tracks: readonly UpstreamTrack[];
  /** By whom the stream has come to the one we called, that one last. */
  readonly path: RelayPath;
  readonly callId: string;
  readonly #dialog: Dialog;
  readonly #receiver: Receiver;
  readonly #endListeners: ((why: string) => void)[] = [];
  #tickedMs: number;
  /** When something last came; undefined before anything can. */
  #heardMs: number | undefined;
  readonly #answeredMs: number;
  #over: string | undefined;

  /** @internal */
  constructor({ options, dialog, response, answer, credentials, early }: Answered) {
    this.#dialog = dialog;
    this.callId = dialog.callId;
    const { surroundings, origin, counts } = options;
    const { clock } = surroundings;
    const { sendings, remote } = answer;
    this.tracks = sendings.map(({ kind, codec }) => ({ kind: kind === 'audio' ? 'audio' : 'video', codec: codecOf(codec) }));
    this.path = readPath(response) ?? [{ id: stationId(origin.name), onDemand: false }];
    const receiver = (this.#receiver = new Receiver({
      surroundings,
      offered: credentials,
      remote,
      sendings,
      counts,
      who: origin.name,
      onHeard: (now) => (this.#heardMs = now),
      onTick: (now) => this.#judge(now),
    }));
    receiver.connection.onConnected(() => (this.#heardMs = clock.now()));
    receiver.connection.onClosed((reason) => this.#end(reason, true));
    dialog.onEnded(() => this.#end(`${origin.name} has hung up`, false));
    this.#answeredMs = this.#tickedMs = clock.now();
    receiver.begin();
    for (const { data, host, port: from } of early) receiver.connection.receiveEarly(data, host, from);
  }

  /** Hands each packet of a kind to who puts them together. */
  subscribe(kind: MediaKind, subscriber: Subscriber): void {
    this.#receiver.publications.get(kind === 'audio' ? 'audio' : 'camera')?.subscribe(subscriber);
  }

  /** Hears once that the first media has come. */
  onMedia(listener: () => void): void {
    this.#receiver.onMedia(listener);
  }

  /** Hears once why it ended other than by {@link close}. */
  onEnded(listener: (why: string) => void): void {
    if (this.#over === undefined) this.#endListeners.push(listener);
    else listener(this.#over);
  }

  /** What comes in, in bit/s, and how many packets never came. */
  figures(now: number): { readonly bitsPerSecond: number; readonly packetsLost: number } {
    let bitsPerSecond = 0;
    let packetsLost = 0;
    for (const publication of this.#receiver.publications.values()) {
      for (const encoding of publication.encodings) {
        bitsPerSecond += encoding.bitsPerSecond(now) ?? 0;
        packetsLost += encoding.reception.lost;
      }
    }
    return { bitsPerSecond, packetsLost };
  }

  /** Hangs up and frees everything. */
  close(): void {
    this.#over ??= 'closed';
    this.#release(true);
  }

  /** Whether anything comes. */
  #judge(now: number): void {
    if (now - this.#tickedMs > HELD_UP_MS && this.#heardMs !== undefined) this.#heardMs = now;
    this.#tickedMs = now;
    if (this.#heardMs === undefined) {
      if (now - this.#answeredMs > CONNECT_LIMIT_MS) this.#end('its media cannot be reached', true);
    } else if (now - this.#heardMs > SILENCE_MS) this.#end(`nothing came for ${SILENCE_MS} ms`, true);
  }

  #end(why: string, bye: boolean): void {
    if (this.#over !== undefined) return;
    this.#over = why;
    this.#release(bye);
    for (const listener of this.#endListeners.splice(0)) listener(why);
  }

  #release(bye: boolean): void {
    this.#receiver.close();
    if (bye && !this.#dialog.ended) void this.#dialog.bye();
  }
}
