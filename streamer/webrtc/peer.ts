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
import { MASTER_KEY_BYTES, MASTER_SALT_BYTES, type SrtpProfile } from '../srtp/profile.ts';
import { SrtcpReceiver } from '../srtp/srtcp.ts';
import { writeAnswer } from './answer.ts';
import { DataChannel, MAX_MESSAGE_BYTES } from './data-channel.ts';
import type { CandidatePair, DtlsTransport, IceAgent } from './internals.ts';
import type { MediaPort } from './media-port.ts';
import { readOffer, type Offer } from './offer.ts';
import { werift } from './werift.ts';

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
  /** Whether a data channel is taken where one is offered. */
  readonly dataChannel?: boolean;
}

type PeerState = 'connecting' | 'connected' | 'closed';

export class Peer implements ViewerConnection {
  readonly tracks: readonly NegotiatedTrack[];
  readonly cname: string;
  /** Undefined where the viewer offers none, or we have no use for one. */
  readonly channel: DataChannel | undefined;
  readonly #ice: IceAgent;
  readonly #iceTransport: InstanceType<typeof werift.RTCIceTransport>;
  readonly #dtls: DtlsTransport;
  readonly #rtcpListeners: ((compound: Buffer) => void)[] = [];
  readonly #connectedListeners: (() => void)[] = [];
  readonly #closedListeners: ((reason: string) => void)[] = [];
  readonly #cancelTimeout: Cancel;
  readonly #port: MediaPort;
  #state: PeerState = 'connecting';
  #egress: ViewerEgress | undefined;
  #srtcp: SrtcpReceiver | undefined;
  /** What the egress was told to send along. */
  #pair: CandidatePair | undefined;
  #closing: Promise<void> | undefined;
  #endedBecause: string | undefined;
  #answer = '';

  private constructor(offer: Offer, options: PeerOptions, certificate: InstanceType<typeof werift.RTCCertificate>) {
    const { randomBytes, clock, port, profiles = port.profiles } = options;
    this.#port = port;
    this.cname = randomBytes(CNAME_CHARACTERS).toString('base64url').slice(0, CNAME_CHARACTERS);
    this.tracks = negotiate(offer, options);
    const gatherer = new werift.RTCIceGatherer({ useIpv4: true, useIpv6: false });
    this.#iceTransport = new werift.RTCIceTransport(gatherer);
    this.#ice = this.#iceTransport.connection as unknown as IceAgent;
    do this.#ice.localUsername = randomBytes(UFRAG_BYTES).toString('base64');
    while (port.isTaken(this.#ice.localUsername));
    this.#ice.localPassword = randomBytes(PASSWORD_CHARACTERS).toString('base64').slice(0, PASSWORD_CHARACTERS);
    this.#ice.userHistory = { [this.#ice.localUsername]: this.#ice.localPassword };
    const dtls = new werift.RTCDtlsTransport({ debug: {} }, this.#iceTransport, certificate, [...profiles]);
    dtls.role = 'client';
    dtls.setRemoteParams(new werift.RTCDtlsParameters(offer.fingerprints.map(({ algorithm, value }) => new werift.RTCDtlsFingerprint(algorithm, value)), 'server'));
    this.#dtls = dtls as unknown as DtlsTransport;
    this.#dtls.startSrtp = () => this.#startSrtp();
    if (offer.dataChannel && options.dataChannel === true) {
      // What cannot be sent is lost, and sent again by SCTP.
      const channel = new DataChannel({ clock, randomBytes, send: (data) => void this.#dtls.sendData(data).catch(() => undefined) });
      this.#dtls.dataReceiver = (data) => channel.receive(data);
      this.channel = channel;
    }
    this.#cancelTimeout = clock.setTimeout(() => this.end('the viewer never connected'), CONNECT_TIMEOUT_MS);
  }

  /**
   * Starts to wait for the viewer's checks; {@link answer} is what he has to be told.
   * @throws SdpError when `offer` is none
   * @throws NotAcceptableError when nothing in it can be sent to him
   */
  static async create(offer: string, options: PeerOptions): Promise<Peer> {
    const read = readOffer(offer, options.tracks);
    const certificate = await werift.RTCDtlsTransport.SetupCertificate();
    const peer = new Peer(read, options, certificate);
    try {
      await peer.#open(read, options, certificate);
    } catch (error) {
      await peer.close();
      throw error;
    }
    return peer;
  }

  /** The answer in SDP. */
  get answer(): string {
    return this.#answer;
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
    if (this.#maySend()) this.#egress?.send(packet);
  }

  sendRtcp(compound: Buffer): void {
    if (this.#maySend()) this.#egress?.sendRtcp(compound);
  }

  flush(): void {
    this.#port.flush();
  }

  /** Frees keys, addresses and timers; resolves when they are gone. */
  close(): Promise<void> {
    this.#state = 'closed';
    this.#egress?.close();
    this.#egress = undefined;
    this.#cancelTimeout();
    this.channel?.close();
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #open(offer: Offer, options: PeerOptions, certificate: InstanceType<typeof werift.RTCCertificate>): Promise<void> {
    const endpoint = this.#port.attach(this.#ice, options.addresses);
    endpoint.onRtcp = (datagram) => this.#receive(datagram);
    this.#iceTransport.setRemoteParams(new werift.RTCIceParameters({ usernameFragment: offer.iceUfrag, password: offer.icePwd, iceLite: false }));
    for (const candidate of offer.candidates) await this.#iceTransport.addRemoteCandidate(werift.IceCandidate.fromJSON({ candidate, sdpMid: '', sdpMLineIndex: 0 }));
    this.#answer = writeAnswer(offer, {
      iceUfrag: this.#ice.localUsername,
      icePwd: this.#ice.localPassword,
      fingerprint: certificate.getFingerprints()[0]?.value ?? '',
      candidates: this.#ice.localCandidates,
      tracks: this.tracks,
      cname: this.cname,
      sessionId: String(options.randomBytes(1).readUInt8(0)),
      ...(this.channel ? { maxMessageSize: MAX_MESSAGE_BYTES } : {}),
    });
    this.#ice.stateChanged.subscribe((state) => {
      if (state === 'failed') this.end('the viewer does not answer any more');
    });
    this.#dtls.onStateChange.subscribe((state) => {
      if (state === 'closed') this.end('the viewer left');
    });
    void this.#connect();
  }

  async #connect(): Promise<void> {
    try {
      await this.#iceTransport.start();
      await this.#dtls.start();
    } catch (error) {
      this.end(`the connection failed: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#cancelTimeout();
    for (const listener of this.#connectedListeners) listener();
  }

  /** Stands in for werift's own: nothing but RTCP is expected from a viewer, and what is sent is encrypted by our own code. */
  #startSrtp(): void {
    const association = this.#dtls.dtls;
    const profile = association?.srtp.srtpProfile as SrtpProfile | undefined;
    if (!association || profile === undefined) throw new Error('The viewer takes no SRTP protection profile of ours');
    const { localKey, localSalt, remoteKey, remoteSalt } = association.extractSessionKeys(MASTER_KEY_BYTES, MASTER_SALT_BYTES[profile]);
    this.#egress = this.#port.open(deriveKeys(profile, localKey, localSalt));
    this.#srtcp = new SrtcpReceiver(deriveKeys(profile, remoteKey, remoteSalt));
  }

  #receive(datagram: Buffer): void {
    const compound = this.#srtcp?.unprotect(datagram);
    if (compound) for (const listener of this.#rtcpListeners) listener(compound);
  }

  /** Whether the viewer consents still (RFC 7675), and where he is. */
  #maySend(): boolean {
    const pair = this.#ice.nominated;
    if (!pair || !this.#ice.canSendApplicationData()) return false;
    if (pair !== this.#pair) {
      this.#pair = pair;
      const [host, port] = pair.remoteAddr;
      this.#egress?.towards(host, port);
    }
    return true;
  }

  /** Ends the connection for a reason that those who listen hear of; not when it has ended already. */
  end(reason: string): void {
    if (this.#state === 'closed') return;
    this.#endedBecause = reason;
    void this.close();
    for (const listener of this.#closedListeners) listener(reason);
  }

  async #release(): Promise<void> {
    this.#dtls.dtls?.close();
    await this.#iceTransport.stop();
    // stop() passes over a connection whose transport had failed before.
    await this.#ice.close();
  }
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
