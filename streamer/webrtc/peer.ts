/**
 * One viewer's connection: answers his offer, is found by his ICE checks, shakes hands by DTLS as the client, then carries SRTP
 * out and RTCP in. Ends by itself when he leaves, falls silent (RFC 7675) or never comes; releases its socket and timers whole.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { ViewerConnection } from '../call/viewer-connection.ts';
import type { NegotiatedTrack, OutgoingPacket } from '../fanout/transport.ts';
import type { Track } from '../source/source.ts';
import type { ViewerEgress } from '../egress/egress.ts';
import { deriveKeys } from '../srtp/keys.ts';
import type { SrtpProfile } from '../srtp/profile.ts';
import { SrtcpReceiver } from '../srtp/srtcp.ts';
import { writeAnswer } from './answer.ts';
import { ownCertificate, type Certificate } from './certificate.ts';
import { DataChannel, MAX_MESSAGE_BYTES } from './data-channel.ts';
import { DtlsConnection, isDtls, type SrtpMaster } from './dtls-connection.ts';
import { IceAgent } from './ice-agent.ts';
import type { MediaEndpoint, MediaPort } from './media-port.ts';
import { readOffer, type Offer } from './offer.ts';
import { isStun } from './stun.ts';

/** From the answer to the first packet of media; whoever needs longer has given up. */
const CONNECT_TIMEOUT_MS = 20_000;

/** RFC 8839 §5.4: at least 4 and 22 characters. */
const UFRAG_BYTES = 3;
const PASSWORD_CHARACTERS = 22;
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

type PeerState = 'connecting' | 'connected' | 'closed';

export class Peer implements ViewerConnection {
  readonly tracks: readonly NegotiatedTrack[];
  readonly cname: string;
  /** Undefined where the viewer offers none, or we have no use for one. */
  readonly channel: DataChannel | undefined;
  /** In SDP. */
  readonly answer: string;
  readonly #options: PeerOptions;
  readonly #fingerprints: Offer['fingerprints'];
  readonly #certificate: Certificate;
  readonly #ice: IceAgent;
  readonly #endpoint: MediaEndpoint;
  readonly #rtcpListeners: ((compound: Buffer) => void)[] = [];
  readonly #connectedListeners: (() => void)[] = [];
  readonly #closedListeners: ((reason: string) => void)[] = [];
  readonly #cancelTimeout: Cancel;
  #state: PeerState = 'connecting';
  #dtls: DtlsConnection | undefined;
  #egress: ViewerEgress | undefined;
  #srtcp: SrtcpReceiver | undefined;
  #endedBecause: string | undefined;

  private constructor(offer: Offer, options: PeerOptions, certificate: Certificate) {
    const { randomBytes, clock, port, addresses, consentTimeoutMs } = options;
    this.#fingerprints = offer.fingerprints;
    this.#options = options;
    this.#certificate = certificate;
    this.cname = randomBytes(CNAME_CHARACTERS).toString('base64url').slice(0, CNAME_CHARACTERS);
    this.tracks = negotiate(offer, options);
    const password = randomBytes(PASSWORD_CHARACTERS).toString('base64').slice(0, PASSWORD_CHARACTERS);
    let ufrag: string;
    do ufrag = randomBytes(UFRAG_BYTES).toString('base64');
    while (port.isTaken(ufrag));
    if (offer.dataChannel && options.dataChannel === true) this.channel = new DataChannel({ clock, randomBytes, send: (data) => this.#dtls?.send(data) });
    this.answer = writeAnswer(offer, {
      iceUfrag: ufrag,
      icePwd: password,
      fingerprint: certificate.fingerprint,
      candidates: addresses.map((host, order) => hostCandidate(host, port.number, addresses.length - order)),
      tracks: this.tracks,
      cname: this.cname,
      sessionId: String(randomBytes(1).readUInt8(0)),
      ...(this.channel ? { maxMessageSize: MAX_MESSAGE_BYTES } : {}),
    });
    const endpoint = (this.#endpoint = port.attach(ufrag, (datagram, host, from) => this.#receive(datagram, host, from)));
    this.#ice = new IceAgent({
      local: { ufrag, password },
      remote: { ufrag: offer.iceUfrag, password: offer.icePwd },
      candidates: offer.candidates,
      send: (datagram, host, to) => endpoint.send(datagram, host, to),
      onSelected: (host, to) => this.#select(host, to),
      onLost: () => this.end('the viewer does not answer any more'),
      ...(consentTimeoutMs === undefined ? {} : { consentTimeoutMs }),
      clock,
      randomBytes,
    });
    this.#cancelTimeout = clock.setTimeout(() => this.end('the viewer never connected'), CONNECT_TIMEOUT_MS);
  }

  /**
   * Starts to wait for the viewer's checks; {@link answer} is what he has to be told.
   * @throws SdpError when `offer` is none
   * @throws NotAcceptableError when nothing in it can be sent to him
   */
  static async create(offer: string, options: PeerOptions): Promise<Peer> {
    return new Peer(readOffer(offer, options.tracks), options, await ownCertificate());
  }

  get state(): PeerState {
    return this.#state;
  }

  /** Hears once when media can be sent. */
  onConnected(listener: () => void): void {
    if (this.#state === 'connected') listener();
    else this.#connectedListeners.push(listener);
  }

  /** Hears once why the connection ended; not when {@link close} ended it. */
  onClosed(listener: (reason: string) => void): void {
    if (this.#endedBecause !== undefined) listener(this.#endedBecause);
    else this.#closedListeners.push(listener);
  }

  onRtcp(listener: (compound: Buffer) => void): void {
    this.#rtcpListeners.push(listener);
  }

  sendRtp(packet: OutgoingPacket): void {
    this.#egress?.send(packet);
  }

  sendRtcp(compound: Buffer): void {
    this.#egress?.sendRtcp(compound);
  }

  flush(): void {
    this.#options.port.flush();
  }

  /** Frees keys, addresses and timers. */
  close(): Promise<void> {
    this.#state = 'closed';
    this.#egress?.close();
    this.#egress = undefined;
    this.#cancelTimeout();
    this.channel?.close();
    this.#dtls?.close();
    this.#ice.close();
    this.#endpoint.close();
    return Promise.resolve();
  }

  /** The viewer is to be found there from now on. */
  #select(host: string, port: number): void {
    if (this.#egress) this.#egress.towards(host, port);
    else this.#dtls ??= this.#shakeHands();
  }

  #shakeHands(): DtlsConnection {
    const { port, profiles = port.profiles } = this.#options;
    return new DtlsConnection({
      certificate: this.#certificate,
      fingerprints: this.#fingerprints,
      profiles,
      send: (datagram) => {
        const { selected } = this.#ice;
        if (selected) this.#endpoint.send(datagram, selected.host, selected.port);
      },
      onConnected: (master) => this.#connect(master),
      onFailed: (error) => this.end(`the connection failed: ${error.message}`),
      onEnded: () => this.end('the viewer left'),
      onData: (data) => this.channel?.receive(data),
    });
  }

  #connect({ profile, localKey, localSalt, remoteKey, remoteSalt }: SrtpMaster): void {
    const { selected } = this.#ice;
    if (this.#state !== 'connecting' || !selected) return;
    this.#egress = this.#options.port.open(deriveKeys(profile, localKey, localSalt));
    this.#egress.towards(selected.host, selected.port);
    this.#srtcp = new SrtcpReceiver(deriveKeys(profile, remoteKey, remoteSalt));
    this.#state = 'connected';
    this.#cancelTimeout();
    for (const listener of this.#connectedListeners) listener();
  }

  /** Which protocol a datagram belongs to stands in its first byte (RFC 7983 §7). */
  #receive(datagram: Buffer, host: string, port: number): void {
    if (isStun(datagram)) this.#ice.receive(datagram, host, port);
    else if (!this.#ice.knows(host, port)) return;
    else if (isDtls(datagram)) this.#dtls?.receive(datagram);
    else this.#receiveRtcp(datagram);
  }

  /** Nothing else is expected from a viewer; what is none fails to be authentic. */
  #receiveRtcp(datagram: Buffer): void {
    const compound = this.#srtcp?.unprotect(datagram);
    if (compound) for (const listener of this.#rtcpListeners) listener(compound);
  }

  /** Ends the connection for a reason that those who listen hear of; not when it has ended already. */
  end(reason: string): void {
    if (this.#state === 'closed') return;
    this.#endedBecause = reason;
    void this.close();
    for (const listener of this.#closedListeners) listener(reason);
  }
}

/**
 * Any positive priorities will do that keep the order (RFC 8445 §5.1.2): there are only host candidates here, and those that the
 * recommended formula yields take ten digits each.
 */
function hostCandidate(host: string, port: number, priority: number) {
  return { foundation: String(priority), priority, host, port };
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
