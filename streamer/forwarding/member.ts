/** One member of a room: his connection, his session, what he publishes and what he is sent. */
import type { Cancel } from '../../shared/sip/timing/clock.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { OutgoingPacket } from '../fanout/transport.ts';
import type { MemberMedia, Showing } from '../rooms/media.ts';
import { readRtcp } from '../rtp/rtcp-reader.ts';
import { hostCandidates } from '../webrtc/host-candidates.ts';
import { MediaConnection } from '../webrtc/media-connection.ts';
import { readMemberOffer, type PublishedKind } from '../webrtc/member-offer.ts';
import { MemberSession } from '../webrtc/member-session.ts';
import { newForwardingCounts, type ForwardingCounts } from './counts.ts';
import { Downlink } from './downlink.ts';
import type { PortSurroundings } from './open-port.ts';
import { Publication } from './publication.ts';
import { REPORTER_SSRC, Uplink } from './uplink.ts';

/** Feedback that comes seldom makes a browser send little. */
const TICK_MS = 50;
/** A member who is gone is to be missed by the others for no longer. */
const CONSENT_TIMEOUT_MS = 6_000;
/** A member's page joins anew after twelve seconds without media; before that it is to hear why. */
const PATIENCE_MS = 10_000;

const SESSION_ID_BYTES = 4;
const SSRCS = 2 ** 32;

const SHOWN_AS: Readonly<Record<PublishedKind, keyof Showing>> = { audio: 'audio', camera: 'video', screen: 'screen' };

/** What all members of a process share. */
export interface MemberSurroundings extends PortSurroundings {
  /** Counts nobody reads unless given. */
  readonly counts?: ForwardingCounts;
}

export interface MemberOptions extends MemberSurroundings {
  /** His id in the room. */
  readonly id: string;
  readonly offer: string;
  /** Hears each time when others are to get one more track of his. */
  readonly onPublished: (publication: Publication) => void;
  readonly onLevel: (level: number, now: number) => void;
  readonly onQuiet: () => void;
  /** Hears once when he is gone, for whatever reason. */
  readonly onGone: () => void;
}

export class Member implements MemberMedia {
  readonly id: string;
  readonly answer: string;
  readonly #options: MemberOptions;
  readonly #counts: ForwardingCounts;
  readonly #connection: MediaConnection;
  readonly #session: MemberSession;
  readonly #publications: ReadonlyMap<PublishedKind, Publication>;
  readonly #published = new Set<Publication>();
  readonly #uplink: Uplink;
  readonly #downlink: Downlink;
  readonly #negotiationListeners: (() => void)[] = [];
  readonly #ssrcs = new Set<number>([REPORTER_SSRC]);
  #negotiationNeeded = false;
  #cancelTick: Cancel | undefined;
  #gone = false;

  /**
   * @throws SdpError when the offer is none
   * @throws NotAcceptableError when nothing in it can be taken
   */
  constructor(options: MemberOptions) {
    this.#options = options;
    const { id, port, addresses, certificate, clock, counts = newForwardingCounts(), random, randomBytes } = options;
    this.#counts = counts;
    this.id = id;
    const offer = readMemberOffer(options.offer);
    this.#publications = new Map(offer.sendings.map(({ kind }) => [kind, new Publication(id, kind)]));
    for (const { streams } of offer.sendings) for (const { ssrc } of streams) this.#ssrcs.add(ssrc);
    this.#uplink = new Uplink({ counts, sendings: offer.sendings, publications: this.#publications, sendRtcp: (compound) => this.#connection.sendRtcp(compound), onLevel: (level, now) => this.#hearLevel(level, now) });
    this.#downlink = new Downlink({ clock, random, sendRtp: (packet) => this.#send(packet), sendRtcp: (compound) => this.#connection.sendRtcp(compound) });
    this.#connection = new MediaConnection({
      remote: offer,
      port,
      certificate,
      clock,
      randomBytes,
      consentTimeoutMs: CONSENT_TIMEOUT_MS,
      patienceMs: PATIENCE_MS,
      answered: addresses.map((host) => `${host}:${port.number}`),
      who: 'the member',
      onRtp: (header, payload) => {
        counts.packetsReceived++;
        counts.bytesReceived += payload.length;
        this.#uplink.receive(header, payload, clock.now());
        port.flush();
      },
    });
    const { ufrag, password } = this.#connection.credentials;
    this.#session = new MemberSession(offer, {
      iceUfrag: ufrag,
      icePwd: password,
      fingerprint: certificate.fingerprint,
      candidates: hostCandidates(addresses, port.number),
      sessionId: String(randomBytes(SESSION_ID_BYTES).readUInt32BE(0)),
    });
    this.answer = this.#session.answer;
    this.#connection.onRtcp((compound) => this.#hear(compound));
    this.#connection.onConnected(() => {
      this.#downlink.start();
      this.#tick();
    });
    this.#connection.onClosed(() => this.#leave());
  }

  /** What others get of him: whatever he has shown at least once. */
  get published(): Iterable<Publication> {
    return this.#published;
  }

  /** Begins to send him another's track, as soon as he has agreed to it. */
  take(publication: Publication): void {
    const { member, kind, media } = publication;
    const track = { stream: member, name: `${member}-${kind}`, kind: media, ssrc: this.#newSsrc(), rtxSsrc: this.#newSsrc() };
    this.#downlink.subscribe(publication, track);
    this.#session.send(track);
    this.#needNegotiation();
  }

  /** Sends no more of a track, whose member is gone. */
  drop(publication: Publication): void {
    const track = this.#downlink.unsubscribe(publication);
    if (!track) return;
    this.#session.stop(track);
    this.#ssrcs.delete(track.ssrc);
    this.#ssrcs.delete(track.rtxSsrc);
    if (this.#session.pending) this.#needNegotiation();
  }

  onNegotiationNeeded(listener: () => void): void {
    this.#negotiationListeners.push(listener);
    if (this.#negotiationNeeded) listener();
  }

  offer(): string {
    this.#negotiationNeeded = false;
    return this.#session.offer();
  }

  accept(answer: string): void {
    this.#downlink.accept(this.#session.accept(answer));
    if (this.#session.pending) this.#needNegotiation();
  }

  show(showing: Showing): void {
    if (this.#gone) return;
    for (const publication of this.#publications.values()) {
      const shown = showing[SHOWN_AS[publication.kind]];
      publication.show(shown);
      if (!shown && publication.kind === 'audio') this.#options.onQuiet();
      if (!shown || this.#published.has(publication)) continue;
      this.#published.add(publication);
      this.#options.onPublished(publication);
    }
  }

  sizes(heights: ReadonlyMap<string, number>): void {
    this.#downlink.sizes(heights);
  }

  onConnected(listener: () => void): void {
    this.#connection.onConnected(listener);
  }

  delivered(): void {
    this.#connection.delivered();
  }

  onClosed(listener: (reason: string, diagnosis?: Diagnosis) => void): void {
    this.#connection.onClosed(listener);
  }

  close(): Promise<void> {
    this.#connection.close();
    this.#leave();
    return Promise.resolve();
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#cancelTick?.();
    this.#downlink.close();
    this.#options.onGone();
  }

  #tick(): void {
    const { clock, port } = this.#options;
    const now = clock.now();
    this.#uplink.tick(now);
    this.#downlink.tick(now);
    port.flush();
    this.#cancelTick = clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  #send(packet: OutgoingPacket): void {
    const counts = this.#counts;
    if (packet.originalSequence >= 0) counts.retransmitted++;
    else {
      counts.packetsSent++;
      counts.bytesSent += packet.payload.length;
    }
    this.#connection.sendRtp(packet);
  }

  #hear(compound: Buffer): void {
    if (this.#gone) return;
    const now = this.#options.clock.now();
    for (const feedback of readRtcp(compound)) {
      if (feedback.type === 'nack') this.#counts.nacksReceived++;
      else if (feedback.type === 'keyframe-request') this.#counts.keyframeRequestsReceived++;
      this.#uplink.heed(feedback, now);
      this.#downlink.heed(feedback, now);
    }
    this.#options.port.flush();
  }

  #hearLevel(level: number, now: number): void {
    if (this.#publications.get('audio')?.shown === true) this.#options.onLevel(level, now);
  }

  #needNegotiation(): void {
    if (this.#negotiationNeeded || this.#gone) return;
    this.#negotiationNeeded = true;
    for (const listener of this.#negotiationListeners) listener();
  }

  #newSsrc(): number {
    const drawn = Math.floor(this.#options.random() * SSRCS);
    if (this.#ssrcs.has(drawn)) return this.#newSsrc();
    this.#ssrcs.add(drawn);
    return drawn;
  }
}
