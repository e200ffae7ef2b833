/**
 * A viewer who costs his own side as little as may be, so that hundreds share a core: ICE by hand on one socket, the DTLS server's
 * part by werift, then packets are counted by their headers. He answers consent checks and sends receiver reports like a browser.
 */
import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { DtlsServer, SrtcpSession, SrtpSession } from 'werift';
import { expand, parseSdp, TRANSPORT_CC_EXTENSION } from '../../../../shared/sdp/index.ts';
import { BINDING_REQUEST, BINDING_SUCCESS, isStun, readStun, writeBindingRequest, writeBindingSuccess } from '../../../../streamer/webrtc/stun.ts';
import { werift } from '../../../../streamer/webrtc/werift.ts';
import { Arrivals } from './arrivals.ts';
import { TransportFeedback, transportSequenceOf } from './transport-feedback.ts';

export const AUDIO_PAYLOAD_TYPE = 111;
export const VIDEO_PAYLOAD_TYPE = 96;
const CLOCK_RATES = new Map([
  [AUDIO_PAYLOAD_TYPE, 48_000],
  [VIDEO_PAYLOAD_TYPE, 90_000],
]);

/** SRTP protection profiles of RFC 5764 and RFC 7714. */
export const PROFILES = { cm: 0x0001, gcm: 0x0007 } as const;
export type ProfileName = keyof typeof PROFILES;
const SALT_BYTES: Readonly<Record<ProfileName, number>> = { cm: 14, gcm: 12 };
const KEY_BYTES = 16;

const CONNECT_LIMIT_MS = 10_000;
const CHECK_INTERVAL_MS = 50;
const CONSENT_INTERVAL_MS = 5_000;
const REPORT_INTERVAL_MS = 1_000;
/** As often as browsers send it. */
const FEEDBACK_INTERVAL_MS = 100;
const EXTENSION_ID = 3;
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
const PRIORITY = 0x6eff_ffff;
const RECEIVER_REPORT = 201;
const REPORT_BLOCK_BYTES = 24;

interface RemoteEnd {
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
}

export interface LoadViewerOptions {
  /** Address of this machine that the viewer binds and tells. */
  readonly host: string;
  readonly profile: ProfileName;
  /** Decrypts each packet, and counts those that are not genuine: dear, so for one viewer of many. */
  readonly verify?: boolean;
  /** Whether transport-wide feedback is offered, and sent where it is taken. */
  readonly feedback?: boolean;
}

export class LoadViewer {
  readonly arrivals = new Arrivals(CLOCK_RATES);
  /** Packets that were decrypted, and those that could not be, of a viewer who verifies. */
  readonly verified = { good: 0, bad: 0 };
  /** Resolves when media may flow. */
  readonly connected: Promise<void>;
  readonly #options: LoadViewerOptions;
  readonly #socket: Socket;
  readonly #certificate: InstanceType<typeof werift.RTCCertificate>;
  readonly #ufrag = randomBytes(3).toString('base64');
  readonly #password = randomBytes(18).toString('base64');
  readonly #tieBreaker = randomBytes(8).readBigUInt64BE();
  readonly #timers = new Set<NodeJS.Timeout>();
  #settle!: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  #role: 'controlling' | 'controlled' = 'controlling';
  #remote: RemoteEnd | undefined;
  #feedback: TransportFeedback | undefined;
  #checked = false;
  /** What has come of the handshake, and what the latest of it was answered with: werift's server does not survive repetitions. */
  readonly #handshake = new Set<string>();
  #latest = '';
  #answers: Buffer[] = [];
  #toDtls: ((datagram: Buffer) => void) | undefined;
  #srtcp: SrtcpSession | undefined;
  #srtp: SrtpSession | undefined;

  private constructor(options: LoadViewerOptions, socket: Socket, certificate: InstanceType<typeof werift.RTCCertificate>) {
    this.#options = options;
    this.#socket = socket;
    this.#certificate = certificate;
    this.connected = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.connected.catch(() => undefined);
    socket.on('message', (datagram, source) => this.#receive(datagram, source));
    socket.on('error', (error) => this.#settle.reject(error));
  }

  static async open(options: LoadViewerOptions): Promise<LoadViewer> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.bind(0, options.host);
    await once(socket, 'listening');
    return new LoadViewer(options, socket, await werift.RTCDtlsTransport.SetupCertificate());
  }

  /** An offer to receive Opus and VP8, as small as browsers' offers are after the front has cut them down. */
  offer(): string {
    return this.#describe('actpass', 'o');
  }

  /** Takes the answer to {@link offer}, and begins to connect. */
  accept(answer: string): void {
    if (answer.includes(`extmap:${EXTENSION_ID} ${TRANSPORT_CC_EXTENSION}`)) this.#feedback = new TransportFeedback();
    this.#connect(answer);
  }

  /** The answer to a server that offers itself; the viewer begins to connect. */
  answer(offer: string): string {
    this.#role = 'controlled';
    const mids = parseSdp(offer).media.map((section) => section.mid ?? '');
    this.#connect(offer);
    return this.#describe('passive', 'a', mids);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#settle.reject(new Error('the viewer was closed'));
    this.#socket.close();
  }

  #describe(setup: 'actpass' | 'passive', origin: string, mids: readonly string[] = ['0', '1']): string {
    const { host, feedback = false } = this.#options;
    const numbered = (payloadType: number) => (feedback ? [`a=rtcp-fb:${payloadType} transport-cc`, `a=extmap:${EXTENSION_ID} ${TRANSPORT_CC_EXTENSION}`] : []);
    const section = (mid: string, media: string, ...lines: readonly string[]) => [
      `m=${media}`,
      `c=IN IP4 ${host}`,
      `a=mid:${mid}`,
      'a=recvonly',
      'a=rtcp-mux',
      `a=ice-ufrag:${this.#ufrag}`,
      `a=ice-pwd:${this.#password}`,
      `a=fingerprint:sha-256 ${this.#certificate.getFingerprints()[0]?.value ?? ''}`,
      `a=setup:${setup}`,
      ...lines,
      `a=candidate:1 1 udp ${PRIORITY} ${host} ${this.#socket.address().port} typ host`,
    ];
    const [audio = '', video = ''] = mids;
    return [
      ...['v=0', `o=${origin} 1 1 IN IP4 ${host}`, 's=-', 't=0 0', `a=group:BUNDLE ${mids.join(' ')}`],
      ...section(audio, `audio 9 UDP/TLS/RTP/SAVPF ${AUDIO_PAYLOAD_TYPE}`, `a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`, ...numbered(AUDIO_PAYLOAD_TYPE)),
      ...section(video, `video 9 UDP/TLS/RTP/SAVPF ${VIDEO_PAYLOAD_TYPE}`, `a=rtpmap:${VIDEO_PAYLOAD_TYPE} VP8/90000`, `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack`, `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} nack pli`, ...numbered(VIDEO_PAYLOAD_TYPE)),
    ]
      .map((line) => `${line}\r\n`)
      .join('');
  }

  #connect(description: string): void {
    this.#remote = remoteEnd(description);
    this.#every(CHECK_INTERVAL_MS, () => {
      if (!this.#checked) this.#check(true);
    });
    this.#check(true);
    this.#every(CONSENT_INTERVAL_MS, () => this.#check(false));
    const limit = setTimeout(() => this.#settle.reject(new Error(`not connected after ${CONNECT_LIMIT_MS} ms: its check was ${this.#checked ? '' : 'not '}answered, ${this.#handshake.size} datagrams of the handshake came`)), CONNECT_LIMIT_MS);
    this.#timers.add(limit);
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
    this.#send(request, remote);
  }

  #receive(datagram: Buffer, source: RemoteInfo): void {
    const first = datagram[0] ?? 0;
    if (first >= 128 && first < 192) this.#receiveMedia(datagram);
    else if (first >= 20 && first < 64) this.#receiveDtls(datagram, source);
    else if (isStun(datagram)) this.#receiveStun(datagram, source);
  }

  #receiveStun(datagram: Buffer, { address: host, port }: RemoteInfo): void {
    const message = readStun(datagram);
    if (message?.type === BINDING_REQUEST) this.#send(writeBindingSuccess(message.transaction, { host, port }, this.#password), { host, port });
    else if (message?.type === BINDING_SUCCESS) this.#checked = true;
  }

  #receiveDtls(datagram: Buffer, source: RemoteInfo): void {
    const text = datagram.toString('latin1');
    if (this.#handshake.has(text)) {
      for (const answer of text === this.#latest ? this.#answers : []) this.#send(answer, { host: source.address, port: source.port });
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
        this.#send(datagram, peer);
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
    const { profile, verify = false } = this.#options;
    const keys = server.extractSessionKeys(KEY_BYTES, SALT_BYTES[profile]) as Record<`${'local' | 'remote'}${'Key' | 'Salt'}`, Buffer>;
    const session = {
      keys: { localMasterKey: keys.localKey, localMasterSalt: keys.localSalt, remoteMasterKey: keys.remoteKey, remoteMasterSalt: keys.remoteSalt },
      profile: PROFILES[profile],
    };
    this.#srtcp = new werift.SrtcpSession(session);
    if (verify) this.#srtp = new werift.SrtpSession(session);
    const beginReports = setTimeout(() => this.#every(REPORT_INTERVAL_MS, () => this.#report()), Math.random() * REPORT_INTERVAL_MS);
    this.#timers.add(beginReports);
    if (this.#feedback) this.#every(FEEDBACK_INTERVAL_MS, () => this.#sendRtcp(this.#feedback?.take()));
    this.#settle.resolve();
  }

  #receiveMedia(datagram: Buffer): void {
    const payloadType = (datagram[1] ?? 0) & 0x7f;
    if (payloadType >= 64 && payloadType < 96) {
      this.#receiveRtcp(datagram);
      return;
    }
    this.arrivals.add(datagram);
    if (this.#feedback) this.#note(this.#feedback, datagram);
    if (this.#srtp) this.#verify(this.#srtp, datagram);
  }

  #receiveRtcp(datagram: Buffer): void {
    if (!this.arrivals.delays || !this.#srtcp) return;
    try {
      this.arrivals.report(this.#srtcp.decrypt(datagram));
    } catch {
      // Counted where packets are verified.
    }
  }

  #verify(session: SrtpSession, datagram: Buffer): void {
    try {
      session.decrypt(Buffer.from(datagram));
      this.verified.good++;
    } catch {
      this.verified.bad++;
    }
  }

  #report(): void {
    const heard = [...this.arrivals.heard()];
    if (heard.length === 0) return;
    const report = Buffer.alloc(8 + heard.length * REPORT_BLOCK_BYTES);
    report[0] = 0x80 | heard.length;
    report[1] = RECEIVER_REPORT;
    report.writeUInt16BE(report.length / 4 - 1, 2);
    report.writeUInt32BE(1, 4);
    for (const [place, { ssrc, highest }] of heard.entries()) {
      report.writeUInt32BE(ssrc, 8 + place * REPORT_BLOCK_BYTES);
      report.writeUInt32BE(highest, 16 + place * REPORT_BLOCK_BYTES);
    }
    this.#sendRtcp(report);
  }

  #note(feedback: TransportFeedback, datagram: Buffer): void {
    const sequence = transportSequenceOf(datagram, EXTENSION_ID);
    if (sequence !== undefined) feedback.add(sequence, performance.now());
  }

  #sendRtcp(compound: Buffer | undefined): void {
    if (compound && this.#srtcp && this.#remote) this.#send(this.#srtcp.encrypt(compound), this.#remote);
  }

  #send(datagram: Buffer, { host, port }: { readonly host: string; readonly port: number }): void {
    // What cannot be sent is lost, as on any network.
    this.#socket.send(datagram, port, host, () => undefined);
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
