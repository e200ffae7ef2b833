/**
 * A browser's end of a WebRTC transport that costs as little as may be, so that hundreds share a core: ICE by hand on one socket, the
 * DTLS server's part by werift; what comes after that is handed on as it came, encrypted. It answers consent checks like a browser.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { DtlsServer } from 'werift';
import { expand, parseSdp } from '../../../../shared/sdp/index.ts';
import { BINDING_REQUEST, BINDING_SUCCESS, isStun, readStun, writeBindingRequest, writeBindingSuccess } from '../../../../streamer/webrtc/stun.ts';
import { werift } from '../../../../streamer/webrtc/werift.ts';

/** SRTP protection profiles of RFC 5764 and RFC 7714. */
export const PROFILES = { cm: 0x0001, gcm: 0x0007 } as const;
export type ProfileName = keyof typeof PROFILES;
const SALT_BYTES: Readonly<Record<ProfileName, number>> = { cm: 14, gcm: 12 };
const KEY_BYTES = 16;

/** As long as our own side waits. */
const CONNECT_LIMIT_MS = 20_000;
const CHECK_INTERVAL_MS = 50;
const CONSENT_INTERVAL_MS = 5_000;
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
const PRIORITY = 0x6eff_ffff;

/** What the handshake has agreed on, by our side. */
export type MasterKeys = Readonly<Record<`${'local' | 'remote'}${'Key' | 'Salt'}`, Buffer>>;

export type BenchCertificate = InstanceType<typeof werift.RTCCertificate>;

/** Making one takes longer than a handshake: many connections of a bench may share theirs. */
export function makeCertificate(): Promise<BenchCertificate> {
  return werift.RTCDtlsTransport.SetupCertificate();
}

interface RemoteEnd {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

export interface PeerOptions {
  /** Address of this machine that is bound and told. */
  readonly host: string;
  readonly profile: ProfileName;
  readonly certificate?: BenchCertificate;
}

export interface PeerListener {
  /** Media may flow. */
  connected(keys: MasterKeys): void;
  /** SRTP or SRTCP, as it came. */
  received(datagram: Buffer): void;
}

export class PeerConnection {
  /** Resolves when media may flow. */
  readonly connected: Promise<void>;
  readonly #options: PeerOptions;
  readonly #socket: Socket;
  readonly #certificate: BenchCertificate;
  readonly #listener: PeerListener;
  readonly #ufrag = randomBytes(3).toString('base64');
  readonly #password = randomBytes(18).toString('base64');
  readonly #tieBreaker = randomBytes(8).readBigUInt64BE();
  readonly #timers = new Set<NodeJS.Timeout>();
  #settle!: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  #role: 'controlling' | 'controlled' = 'controlling';
  #remote: RemoteEnd | undefined;
  #checked = false;
  #closed = false;
  /** What has come of the handshake, and what the latest of it was answered with: werift's server does not survive repetitions. */
  readonly #handshake = new Set<string>();
  #latest = '';
  #answers: Buffer[] = [];
  #toDtls: ((datagram: Buffer) => void) | undefined;

  private constructor(options: PeerOptions, listener: PeerListener, socket: Socket, certificate: BenchCertificate) {
    this.#options = options;
    this.#listener = listener;
    this.#socket = socket;
    this.#certificate = certificate;
    this.connected = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.connected.catch(() => undefined);
    socket.on('message', (datagram, source) => this.#receive(datagram, source));
    socket.on('error', (error) => this.#settle.reject(error));
  }

  static async open(options: PeerOptions, listener: PeerListener): Promise<PeerConnection> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.bind(0, options.host);
    await once(socket, 'listening');
    return new PeerConnection(options, listener, socket, options.certificate ?? (await makeCertificate()));
  }

  /** Of its socket. */
  get port(): number {
    return this.#socket.address().port;
  }

  /** Lines of a section that say where this end is and by what it is known. */
  lines(setup: 'actpass' | 'passive'): string[] {
    return [
      `a=ice-ufrag:${this.#ufrag}`,
      `a=ice-pwd:${this.#password}`,
      `a=fingerprint:sha-256 ${this.#certificate.getFingerprints()[0]?.value ?? ''}`,
      `a=setup:${setup}`,
    ];
  }

  get candidateLine(): string {
    return `a=candidate:1 1 udp ${PRIORITY} ${this.#options.host} ${this.port} typ host`;
  }

  /** @param description of the other end, by which this one finds it */
  connect(description: string, role: 'controlling' | 'controlled' = 'controlling'): void {
    this.#role = role;
    this.#remote = remoteEnd(description);
    this.#every(CHECK_INTERVAL_MS, () => {
      if (!this.#checked) this.#check(true);
    });
    this.#check(true);
    this.#every(CONSENT_INTERVAL_MS, () => this.#check(false));
    const limit = setTimeout(() => this.#settle.reject(new Error(`not connected after ${CONNECT_LIMIT_MS} ms: its check was ${this.#checked ? '' : 'not '}answered, ${this.#handshake.size} datagrams of the handshake came`)), CONNECT_LIMIT_MS);
    this.#timers.add(limit);
  }

  /** Sends something to the other end, once it is known. */
  send(datagram: Buffer): void {
    if (this.#remote) this.#sendTo(datagram, this.#remote);
  }

  /** Goes away without a word: nothing more is sent or answered. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#settle.reject(new Error('the connection was closed'));
    this.#socket.close();
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }

  #check(nominates: boolean): void {
    const remote = this.#remote;
    if (!remote) return;
    const request = writeBindingRequest({
      transaction: randomBytes(12),
      username: `${remote.username}:${this.#ufrag}`,
      password: remote.password,
      priority: PRIORITY,
      role: this.#role,
      tieBreaker: this.#tieBreaker,
      useCandidate: nominates && this.#role === 'controlling',
    });
    this.#sendTo(request, remote);
  }

  #receive(datagram: Buffer, source: RemoteInfo): void {
    if (this.#closed) return;
    const first = datagram[0] ?? 0;
    if (first >= 128 && first < 192) this.#listener.received(datagram);
    else if (first >= 20 && first < 64) this.#receiveDtls(datagram, source);
    else if (isStun(datagram)) this.#receiveStun(datagram, source);
  }

  #receiveStun(datagram: Buffer, { address: host, port }: RemoteInfo): void {
    const message = readStun(datagram);
    if (message?.type === BINDING_REQUEST) this.#sendTo(writeBindingSuccess(message.transaction, { host, port }, this.#password), { host, port });
    else if (message?.type === BINDING_SUCCESS) this.#checked = true;
  }

  #receiveDtls(datagram: Buffer, source: RemoteInfo): void {
    const text = datagram.toString('latin1');
    if (this.#handshake.has(text)) {
      for (const answer of text === this.#latest ? this.#answers : []) this.#sendTo(answer, { host: source.address, port: source.port });
      return;
    }
    this.#handshake.add(text);
    this.#latest = text;
    this.#answers = [];
    this.#toDtls ??= this.#startDtls({ host: source.address, port: source.port });
    this.#toDtls(datagram);
  }

  /** @returns what takes the datagrams of the handshake */
  #startDtls(peer: { readonly host: string; readonly port: number }): (datagram: Buffer) => void {
    const wire = {
      type: 'udp',
      address: {},
      closed: false,
      onData: (() => undefined) as (datagram: Buffer) => void,
      send: (datagram: Buffer) => {
        this.#answers.push(datagram);
        this.#sendTo(datagram, peer);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const { certPem: cert, privateKey: key, signatureHash } = this.#certificate;
    const server = new werift.DtlsServer({ cert, key, signatureHash, transport: wire, srtpProfiles: [PROFILES[this.#options.profile]], extendedMasterSecret: true, certificateRequest: true } as never);
    server.onConnect.once(() => this.#startMedia(server));
    server.onError.once((error) => this.#settle.reject(error));
    return (datagram) => wire.onData(datagram);
  }

  #startMedia(server: DtlsServer): void {
    if (this.#closed) return;
    this.#listener.connected(server.extractSessionKeys(KEY_BYTES, SALT_BYTES[this.#options.profile]));
    this.#settle.resolve();
  }

  #sendTo(datagram: Buffer, { host, port }: { readonly host: string; readonly port: number }): void {
    // What cannot be sent is lost, as on any network.
    if (!this.#closed) this.#socket.send(datagram, port, host, () => undefined);
  }
}

function remoteEnd(description: string): RemoteEnd {
  const { media } = expand(parseSdp(description));
  const sections = media.filter((section) => section.has('ice-ufrag'));
  const [section] = sections;
  const candidate = sections.flatMap((each) => each.attributes('candidate')).map((line) => line.split(' ')).find(([, component, protocol, , address = '']) => component === '1' && protocol?.toLowerCase() === 'udp' && address.includes('.') && !address.endsWith('.local'));
  if (!section || !candidate) throw new Error(`no way to the server in its description:\n${description}`);
  return { username: section.attribute('ice-ufrag') ?? '', password: section.attribute('ice-pwd') ?? '', host: candidate[4] ?? '', port: Number(candidate[5]) };
}
