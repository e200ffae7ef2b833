/**
 * The transport of one browser's media, whatever is sent over it: found by his ICE checks, it shakes hands by DTLS as the client, then
 * carries SRTP and RTCP both ways. Where we are the one who has offered, we look for him, and are the server of DTLS. Ends by itself when he leaves, falls silent (RFC 7675) or never comes; releases everything whole.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { ConnectionReport } from '../diagnosis/connection-report.ts';
import { diagnose, type Diagnosis } from '../diagnosis/diagnose.ts';
import type { ViewerEgress } from '../egress/egress.ts';
import type { OutgoingPacket } from '../fanout/transport.ts';
import { IncomingHeader } from '../rtp/incoming-header.ts';
import { deriveKeys } from '../srtp/keys.ts';
import type { SrtpProfile } from '../srtp/profile.ts';
import { SrtcpReceiver } from '../srtp/srtcp.ts';
import { SrtpReceiver } from '../srtp/srtp-receiver.ts';
import type { Certificate } from './certificate.ts';
import { DtlsConnection, isDtls, type SrtpMaster } from './dtls-connection.ts';
import type { IceCredentials } from './ice-agent.ts';
import { IceWays } from './ice-ways.ts';
import type { MediaPort } from './media-port.ts';
import type { RemoteEnd } from './remote-end.ts';

/** From the making of the answer to the first packet of media, where nobody says when the answer arrived; whoever needs longer has given up. */
const CONNECT_TIMEOUT_MS = 20_000;
/** From the arrival of the answer, before the other's own patience ends: so he hears what we saw of it. */
export const DEFAULT_PATIENCE_MS = 12_000;

/** A browser in a room reports on each track of each other member by an SSRC of its own. */
const MAX_RTCP_SENDERS = 128;

/** RFC 5761 §4: what would be a payload type with its marker is a type of RTCP packet in this range. */
const FIRST_RTCP = 64;
const LAST_RTCP = 95;

export interface MediaConnectionOptions {
  /** What our offer said of ICE, where we have made one. */
  readonly offered?: IceCredentials;
  readonly remote: RemoteEnd;
  readonly port: MediaPort;
  readonly certificate: Certificate;
  /** In the order in which they are offered; what costs the port least comes first unless given. */
  readonly profiles?: readonly SrtpProfile[];
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Without an answer to our checks for so long, the other is taken to be gone; half a minute unless given. */
  readonly consentTimeoutMs?: number;
  /** `address:port` of what the answer lists, for whoever wants to know why nobody came. */
  readonly answered?: readonly string[];
  /** How long the other may take from the arrival of the answer; {@link DEFAULT_PATIENCE_MS} unless given. */
  readonly patienceMs?: number;
  /** What he is called in the reasons for which a connection ends. */
  readonly who: string;
  /** Hears what he says over DTLS, decrypted. */
  readonly onData?: (data: Buffer) => void;
  /**
   * Hears each packet of media: the header lies in an object that the next packet is read into, the payload in memory of its own.
   * Without it packets of media are not even decrypted.
   */
  readonly onRtp?: (header: IncomingHeader, payload: Buffer) => void;
}

type ConnectionState = 'connecting' | 'connected' | 'closed';

type ClosedListener = (reason: string, diagnosis: Diagnosis | undefined) => void;

export class MediaConnection {
  readonly #options: MediaConnectionOptions;
  readonly #ways: IceWays;
  readonly #rtcpListeners: ((compound: Buffer) => void)[] = [];
  readonly #connectedListeners: (() => void)[] = [];
  readonly #closedListeners: ClosedListener[] = [];
  #cancelTimeout: Cancel;
  readonly #header = new IncomingHeader();
  #state: ConnectionState = 'connecting';
  #dtls: DtlsConnection | undefined;
  #egress: ViewerEgress | undefined;
  #srtcp: SrtcpReceiver | undefined;
  #srtp: SrtpReceiver | undefined;
  #ended: { readonly reason: string; readonly diagnosis: Diagnosis | undefined } | undefined;
  #wasConnected = false;
  #dtlsError: string | undefined;

  /** Starts to wait for the other's checks. */
  constructor(options: MediaConnectionOptions) {
    this.#options = options;
    const { offered, port, clock, randomBytes, consentTimeoutMs, who } = options;
    this.#ways = new IceWays(options.remote, {
      ...(offered === undefined ? {} : { offered }),
      port,
      clock,
      randomBytes,
      ...(consentTimeoutMs === undefined ? {} : { consentTimeoutMs }),
      onDatagram: (datagram) => this.#receive(datagram),
      onSelected: (host, to, isNew) => this.#select(host, to, isNew),
      onLost: () => this.end(`${who} does not answer any more`),
    });
    this.#cancelTimeout = this.#limitConnecting();
  }

  /** Our own, for the description. */
  get credentials(): IceCredentials {
    return this.#ways.credentials;
  }

  /** Takes what came for {@link credentials} before there was this connection. */
  receiveEarly(datagram: Buffer, host: string, port: number): void {
    if (this.#state !== 'closed') this.#ways.receiveEarly(datagram, host, port);
  }

  /** Begins ICE anew, with other credentials on both sides; media goes on as it went until the new way is found. @returns our own */
  restart(remote: RemoteEnd): IceCredentials {
    this.#cancelTimeout();
    this.#ways.restart(remote);
    this.#cancelTimeout = this.#limitConnecting();
    return this.#ways.credentials;
  }

  /** Further addresses of the other (RFC 8838). */
  addCandidates(candidates: RemoteEnd['candidates']): void {
    this.#ways.addCandidates(candidates);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Hears once when media can be sent. */
  onConnected(listener: () => void): void {
    if (this.#state === 'connected') listener();
    else this.#connectedListeners.push(listener);
  }

  /** The other has our answer: he has so long from now on. */
  delivered(): void {
    if (this.#state !== 'connecting') return;
    this.#cancelTimeout();
    this.#cancelTimeout = this.#options.clock.setTimeout(() => this.#giveUp(), this.#options.patienceMs ?? DEFAULT_PATIENCE_MS);
  }

  /** Why media did not come up; undefined when it did. */
  diagnose(): Diagnosis | undefined {
    return this.#wasConnected ? undefined : diagnose(this.#report());
  }

  /** Hears once why the connection ended, and where media never came up what is to be thought of that; not when {@link close} ended it. */
  onClosed(listener: ClosedListener): void {
    if (this.#ended) listener(this.#ended.reason, this.#ended.diagnosis);
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

  /** Says something over DTLS; what cannot be sent is lost. */
  sendData(data: Buffer): void {
    this.#dtls?.send(data);
  }

  flush(): void {
    this.#options.port.flush();
  }

  /** Frees keys, addresses and timers. */
  close(): void {
    this.#state = 'closed';
    this.#egress?.close();
    this.#egress = undefined;
    this.#srtcp?.close();
    this.#srtcp = undefined;
    this.#cancelTimeout();
    this.#dtls?.close();
    this.#ways.close();
  }

  /** Ends the connection for a reason that those who listen hear of; not when it has ended already. */
  end(reason: string): void {
    if (this.#state === 'closed') return;
    this.#finish(reason, undefined);
  }

  #giveUp(): void {
    if (this.#state !== 'closed') this.#finish(`${this.#options.who} never connected`, this.diagnose());
  }

  #finish(reason: string, diagnosis: Diagnosis | undefined): void {
    this.#ended = { reason, diagnosis };
    this.close();
    for (const listener of this.#closedListeners) listener(reason, diagnosis);
  }

  #report(): ConnectionReport {
    const { who, remote, answered = [] } = this.#options;
    const dtls = this.#dtlsError !== undefined ? 'failed' : this.#dtls ? 'begun' : 'not-begun';
    return {
      who,
      offered: remote.offered,
      answered,
      checks: this.#ways.checks,
      nominated: this.#ways.found,
      dtls,
      ...(this.#dtlsError === undefined ? {} : { dtlsError: this.#dtlsError }),
    };
  }

  #failKeys(error: Error): void {
    if (this.#state !== 'connecting') return;
    this.#dtlsError = error.message;
    this.#finish(`the connection failed: ${error.message}`, this.diagnose());
  }

  #limitConnecting(): Cancel {
    return this.#options.clock.setTimeout(() => this.#giveUp(), CONNECT_TIMEOUT_MS);
  }

  /** The other is to be found there from now on. */
  #select(host: string, port: number, isNew: boolean): void {
    if (isNew && this.#egress) this.#cancelTimeout();
    if (this.#egress) this.#egress.towards(host, port);
    else this.#dtls ??= this.#shakeHands();
  }

  #shakeHands(): DtlsConnection {
    const { port, certificate, remote, who, onData, offered, profiles = port.profiles } = this.#options;
    return new DtlsConnection({
      role: offered ? 'server' : 'client',
      certificate,
      fingerprints: remote.fingerprints,
      profiles,
      send: (datagram) => this.#ways.send(datagram),
      onConnected: (master) => this.#connect(master),
      onFailed: (error) => this.#failKeys(error),
      onEnded: () => this.end(`${who} left`),
      onData: (data) => onData?.(data),
    });
  }

  #connect({ profile, localKey, localSalt, remoteKey, remoteSalt }: SrtpMaster): void {
    const { selected } = this.#ways;
    if (this.#state !== 'connecting' || !selected) return;
    this.#egress = this.#options.port.open(deriveKeys(profile, localKey, localSalt));
    this.#egress.towards(selected.host, selected.port);
    const keys = deriveKeys(profile, remoteKey, remoteSalt);
    const { onRtp, port } = this.#options;
    this.#srtcp = new SrtcpReceiver(keys, { opener: port.openerFor(keys), ...(onRtp ? { maxSenders: MAX_RTCP_SENDERS } : {}) });
    if (onRtp) this.#srtp = new SrtpReceiver(keys);
    this.#state = 'connected';
    this.#wasConnected = true;
    if (!this.#ways.restarting) this.#cancelTimeout();
    for (const listener of this.#connectedListeners) listener();
  }

  /** Which protocol a datagram belongs to stands in its first byte (RFC 7983 §7). */
  #receive(datagram: Buffer): void {
    if (isDtls(datagram)) this.#dtls?.receive(datagram);
    else if (isRtcp(datagram)) this.#receiveRtcp(datagram);
    else this.#receiveRtp(datagram);
  }

  /** What is none fails to be authentic. */
  #receiveRtcp(datagram: Buffer): void {
    const compound = this.#srtcp?.unprotect(datagram);
    if (!compound) return;
    if (this.#srtp) this.#ways.noteAlive();
    for (const listener of this.#rtcpListeners) listener(compound);
  }

  #receiveRtp(datagram: Buffer): void {
    const header = this.#header;
    if (!this.#srtp || !header.read(datagram)) return;
    const payload = this.#srtp.unprotect(datagram, header);
    if (!payload) return;
    this.#ways.noteAlive();
    this.#options.onRtp?.(header, payload);
  }
}

function isRtcp(datagram: Buffer): boolean {
  const second = (datagram[1] ?? 0) & 0x7f;
  return second >= FIRST_RTCP && second <= LAST_RTCP;
}
