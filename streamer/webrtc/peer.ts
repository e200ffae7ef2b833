/**
 * One viewer's connection: answers his offer, is found by his ICE checks, shakes hands by DTLS as the client, then carries SRTP
 * out and RTCP in. Ends by itself when he leaves, falls silent (RFC 7675) or never comes; releases its socket and timers whole.
 */
import { SdpError } from '../../shared/sdp/index.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { ViewerConnection } from '../call/viewer-connection.ts';
import type { NegotiatedTrack, OutgoingPacket } from '../fanout/transport.ts';
import type { Track } from '../source/source.ts';
import type { SrtpProfile } from '../srtp/profile.ts';
import { writeAnswer } from './answer.ts';
import { ownCertificate, type Certificate } from './certificate.ts';
import { DataChannel, MAX_MESSAGE_BYTES } from './data-channel.ts';
import { hostCandidates } from './host-candidates.ts';
import { MediaConnection } from './media-connection.ts';
import type { MediaPort } from './media-port.ts';
import { readOffer, type Offer } from './offer.ts';
import { usableCandidates } from './remote-end.ts';

/** There are two ends of this session, and a datagram to save bytes in. */
const CNAME_CHARACTERS = 1;

export interface PeerOptions {
  readonly tracks: readonly Track[];
  readonly port: MediaPort;
  /** What the answer lists, in order of preference; at least one. */
  readonly addresses: readonly string[];
  /** In the order in which they are offered to the viewer; what costs the port least comes first unless given. */
  readonly profiles?: readonly SrtpProfile[];
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Without an answer to our checks for so long, the viewer is taken to be gone; half a minute unless given. */
  readonly consentTimeoutMs?: number;
  /** Whether a data channel is taken where one is offered. */
  readonly dataChannel?: boolean;
}

export class Peer implements ViewerConnection {
  readonly tracks: readonly NegotiatedTrack[];
  readonly cname: string;
  /** Undefined where the viewer offers none, or we have no use for one. */
  readonly channel: DataChannel | undefined;
  readonly #connection: MediaConnection;
  readonly #options: PeerOptions;
  readonly #certificate: Certificate;
  readonly #sessionId: string;
  #offer: Offer;
  #answer: string;
  #version = 1;

  private constructor(offer: Offer, options: PeerOptions, certificate: Certificate) {
    const { randomBytes, clock, port, profiles, consentTimeoutMs } = options;
    this.#options = options;
    this.#certificate = certificate;
    this.#offer = offer;
    this.cname = randomBytes(CNAME_CHARACTERS).toString('base64url').slice(0, CNAME_CHARACTERS);
    this.tracks = negotiate(offer, options);
    if (offer.dataChannel && options.dataChannel === true) this.channel = new DataChannel({ clock, randomBytes, send: (data) => this.#connection.sendData(data) });
    this.#connection = new MediaConnection({
      remote: offer,
      port,
      certificate,
      ...(profiles === undefined ? {} : { profiles }),
      clock,
      randomBytes,
      ...(consentTimeoutMs === undefined ? {} : { consentTimeoutMs }),
      who: 'the viewer',
      onData: (data) => this.channel?.receive(data),
    });
    // Heard before anybody else: whoever hears of the end finds everything freed.
    this.#connection.onClosed(() => this.channel?.close());
    this.#sessionId = String(randomBytes(1).readUInt8(0));
    this.#answer = this.#write();
  }

  /**
   * Starts to wait for the viewer's checks; {@link answer} is what he has to be told.
   * @throws SdpError when `offer` is none
   * @throws NotAcceptableError when nothing in it can be sent to him
   */
  static async create(offer: string, options: PeerOptions): Promise<Peer> {
    return new Peer(readOffer(offer, options.tracks), options, await ownCertificate());
  }

  /** To the latest offer, in SDP. */
  get answer(): string {
    return this.#answer;
  }

  renew(text: string): string {
    const offer = readOffer(text, this.#options.tracks);
    if (!isSameSession(this.#offer, offer)) throw new SdpError('The offer changes more of the session than its ICE');
    if (offer.iceUfrag === this.#offer.iceUfrag && offer.icePwd === this.#offer.icePwd) return this.#answer;
    this.#offer = offer;
    this.#connection.restart(offer);
    this.#version++;
    return (this.#answer = this.#write());
  }

  addCandidates(candidates: readonly string[]): void {
    this.#connection.addCandidates(usableCandidates(candidates));
  }

  get state(): MediaConnection['state'] {
    return this.#connection.state;
  }

  onConnected(listener: () => void): void {
    this.#connection.onConnected(listener);
  }

  onClosed(listener: (reason: string) => void): void {
    this.#connection.onClosed(listener);
  }

  onRtcp(listener: (compound: Buffer) => void): void {
    this.#connection.onRtcp(listener);
  }

  sendRtp(packet: OutgoingPacket): void {
    this.#connection.sendRtp(packet);
  }

  sendRtcp(compound: Buffer): void {
    this.#connection.sendRtcp(compound);
  }

  flush(): void {
    this.#connection.flush();
  }

  close(): Promise<void> {
    this.channel?.close();
    this.#connection.close();
    return Promise.resolve();
  }

  end(reason: string): void {
    this.#connection.end(reason);
  }

  #write(): string {
    const { ufrag, password } = this.#connection.credentials;
    const { addresses, port } = this.#options;
    return writeAnswer(this.#offer, {
      iceUfrag: ufrag,
      icePwd: password,
      fingerprint: this.#certificate.fingerprint,
      candidates: hostCandidates(addresses, port.number),
      tracks: this.tracks,
      cname: this.cname,
      sessionId: this.#sessionId,
      version: this.#version,
      ...(this.channel ? { maxMessageSize: MAX_MESSAGE_BYTES } : {}),
    });
  }
}

/** Whether another offer has the same sections, in the same codecs and under the same keys: only its ICE may differ. */
function isSameSession(before: Offer, after: Offer): boolean {
  const fixed = ({ description, tracks, fingerprints, dataChannel }: Offer) =>
    JSON.stringify([
      description.media.map(({ kind, mid, isRejected }) => [kind, mid, isRejected]),
      tracks.map(({ codec, rtx, transportSequenceExtension }) => [codec.name, codec.number, rtx?.number, transportSequenceExtension]),
      fingerprints,
      dataChannel?.mid,
    ]);
  return fixed(before) === fixed(after);
}

/** Different from one another is all that streams between two ends must be; three digits save bytes of the answer. */
const SSRC_MIN = 100;
const SSRC_VALUES = 900;

function negotiate(offer: Offer, { randomBytes }: PeerOptions): NegotiatedTrack[] {
  const taken = new Set<number>();
  const ssrc = (): number => {
    const drawn = SSRC_MIN + (randomBytes(4).readUInt32BE(0) % SSRC_VALUES);
    if (taken.has(drawn)) return ssrc();
    taken.add(drawn);
    return drawn;
  };
  return offer.tracks.map(({ sources, kind, codec, rtx, transportSequenceExtension }) => ({
    sources: sources.map(({ id }) => id),
    kind,
    clockRate: codec.clockRate,
    ssrc: ssrc(),
    payloadType: Number(codec.number),
    rtx: rtx && { ssrc: ssrc(), payloadType: Number(rtx.number) },
    transportSequenceExtension,
  }));
}
