/**
 * A connection by which media comes to us and none goes: from who publishes, or from a streamer that is relayed. What comes is put in
 * order and handed on as it is, told of, and asked for again where it was lost.
 */
import type { Cancel } from '../../shared/sip/timing/clock.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { MediaConnection, type MediaConnectionOptions } from '../webrtc/media-connection.ts';
import type { OfferedSending, PublishedKind } from '../webrtc/member-offer.ts';
import type { ForwardingCounts } from './counts.ts';
import type { PortSurroundings } from './open-port.ts';
import { Publication } from './publication.ts';
import { Uplink } from './uplink.ts';

/** Feedback that comes seldom makes who sends send little. */
const TICK_MS = 50;
/** One who vanishes is to be missed soon. */
const CONSENT_TIMEOUT_MS = 10_000;
/** What may be sent to us where that cannot be found out otherwise; an encoder will hardly be told to send more. */
const MOST_BITS_PER_SECOND = 10_000_000;

export interface ReceiverOptions extends Pick<MediaConnectionOptions, 'remote' | 'who' | 'offered'> {
  readonly surroundings: PortSurroundings;
  /** What comes; at most one of each kind. */
  readonly sendings: readonly OfferedSending[];
  readonly counts: ForwardingCounts;
  /** Hears of every packet, of media and of RTCP. */
  readonly onHeard?: (now: number) => void;
  /** Twenty times a second. */
  readonly onTick?: (now: number) => void;
}

export class Receiver {
  readonly connection: MediaConnection;
  readonly publications: ReadonlyMap<PublishedKind, Publication>;
  readonly #options: ReceiverOptions;
  readonly #uplink: Uplink;
  readonly #mediaListeners: (() => void)[] = [];
  #heardMedia = false;
  #cancelTick: Cancel | undefined;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    const { sendings, remote, who, offered, counts, surroundings, onHeard } = options;
    const { port, addresses, certificate, clock, randomBytes } = surroundings;
    this.publications = new Map(sendings.map(({ kind }) => [kind, new Publication('', kind)]));
    for (const publication of this.publications.values()) publication.show(true);
    this.#uplink = new Uplink({
      sendings,
      publications: this.publications,
      counts,
      sendRtcp: (compound) => this.connection.sendRtcp(compound),
      onLevel: () => undefined,
      raw: true,
      mostBitsPerSecond: MOST_BITS_PER_SECOND,
    });
    this.connection = new MediaConnection({
      ...(offered === undefined ? {} : { offered }),
      remote,
      port,
      certificate,
      clock,
      randomBytes,
      consentTimeoutMs: CONSENT_TIMEOUT_MS,
      answered: addresses.map((host) => `${host}:${port.number}`),
      who,
      onRtp: (header, payload) => {
        const now = clock.now();
        counts.packetsReceived++;
        counts.bytesReceived += payload.length;
        onHeard?.(now);
        this.#uplink.receive(header, payload, now);
        port.flush();
        this.#hearMedia();
      },
    });
    this.connection.onRtcp((compound) => {
      const now = clock.now();
      onHeard?.(now);
      for (const feedback of readRtcp(compound)) this.#uplink.heed(feedback, now);
    });
    this.connection.onClosed(() => this.#cancelTick?.());
  }

  /** Reports, and asks for what is missing, from now on. */
  begin(): void {
    this.#cancelTick ??= this.#options.surroundings.clock.setTimeout(() => this.#tick(), 0);
  }

  /** Hears once that the first media has come. */
  onMedia(listener: () => void): void {
    if (this.#heardMedia) listener();
    else this.#mediaListeners.push(listener);
  }

  close(): void {
    this.#cancelTick?.();
    this.connection.close();
  }

  #hearMedia(): void {
    if (this.#heardMedia) return;
    this.#heardMedia = true;
    for (const listener of this.#mediaListeners.splice(0)) listener();
  }

  #tick(): void {
    const { surroundings, onTick } = this.#options;
    const { clock, port } = surroundings;
    const now = clock.now();
    this.#cancelTick = clock.setTimeout(() => this.#tick(), TICK_MS);
    this.#uplink.tick(now);
    onTick?.(now);
    port.flush();
  }
}
