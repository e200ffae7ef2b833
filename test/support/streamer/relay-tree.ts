/** A daemon with streamers and relays of them, in processes of their own over UDP, and viewers of each who are scripted. */
import { join } from 'node:path';
import { Agent, sipUri, UdpTransport, type Dialog, type SipResponse } from '../../../shared/sip/index.ts';
import { unixFromNtp } from '../../../streamer/rtp/ntp.ts';
import { readRtcp } from '../../../streamer/rtp/rtcp-reader.ts';
import { scratchFolder } from '../paths.ts';
import { spawnService, startService, type ServiceProcess } from '../processes/service.ts';
import { WeriftViewer } from './werift-viewer.ts';

const LOOPBACK = '127.0.0.1';
const CLOCK_RATES = { audio: 48_000, video: 90_000 } as const;
const JSON_TYPE = 'application/json';

export interface Packet {
  readonly kind: 'audio' | 'video';
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Buffer;
  readonly ssrc: number;
  /** When it came, ms. */
  readonly atMs: number;
}

/** Keeps each packet, and what the sender's latest report says of each stream. */
export class RecordingViewer extends WeriftViewer {
  readonly packets: Packet[] = [];
  /** By SSRC: the sender's two clocks at one moment. */
  readonly #reports = new Map<number, { readonly unixMs: number; readonly timestamp: number }>();
  dialog: Dialog | undefined;
  ended: string | undefined;

  constructor() {
    super();
    this.onPacket = (kind, { header, payload }) => {
      this.packets.push({ kind, sequence: header.sequenceNumber, timestamp: header.timestamp, marker: header.marker, payload, ssrc: header.ssrc, atMs: performance.now() });
    };
  }

  override async offer(): Promise<string> {
    const offer = await super.offer();
    for (const transport of this.connection.dtlsTransports) {
      transport.onRtcp.subscribe((packet) => {
        for (const feedback of readRtcp(packet.serialize())) if (feedback.type === 'sender-report') this.#reports.set(feedback.ssrc, { unixMs: unixFromNtp(feedback.ntp), timestamp: feedback.rtpTimestamp });
      });
    }
    return offer;
  }

  /** When a packet's moment was by the sender's clock, ms; undefined before he has told. */
  senderTimeOf({ kind, ssrc, timestamp }: Packet): number | undefined {
    const report = this.#reports.get(ssrc);
    // The distance of two timestamps of 32 bits, whichever is the later.
    return report && report.unixMs + ((timestamp - report.timestamp) | 0) / (CLOCK_RATES[kind] / 1_000);
  }

  of(kind: Packet['kind']): Packet[] {
    return this.packets.filter((packet) => packet.kind === kind);
  }
}

export class RelayTree {
  readonly daemon: ServiceProcess;
  readonly agent: Agent;
  readonly #folder: ReturnType<typeof scratchFolder>;
  readonly #processes: ServiceProcess[] = [];
  readonly #viewers: RecordingViewer[] = [];

  private constructor(folder: ReturnType<typeof scratchFolder>, daemon: ServiceProcess, agent: Agent) {
    this.#folder = folder;
    this.daemon = daemon;
    this.agent = agent;
  }

  static async start(...signalingArgs: string[]): Promise<RelayTree> {
    const folder = scratchFolder('relays');
    const daemon = await startService('signaling', ['0', '--directory', join(folder.path, 'directory.xml'), ...signalingArgs]);
    return new RelayTree(folder, daemon, new Agent({ transport: await UdpTransport.bind({ host: LOOPBACK, port: 0 }) }));
  }

  get port(): number {
    return Number((this.daemon.addresses['sip'] ?? '').split(':')[1]);
  }

  get processes(): readonly ServiceProcess[] {
    return this.#processes;
  }

  /** Resolves when it has started; see {@link registered}. */
  async streamer(name: string, file: string, ...args: string[]): Promise<ServiceProcess> {
    const service = await startService('streamer', [file, LOOPBACK, String(this.port), '--name', name, '--media-host', LOOPBACK, ...args]);
    this.#processes.push(service);
    return service;
  }

  async relay(name: string, of: string, ...args: string[]): Promise<ServiceProcess> {
    return this.streamer(name, 'relay', '--source', `sip:${of}@${LOOPBACK}:${this.port}`, ...args);
  }

  /** Starts a process that is to refuse to. @returns its exit status and what it said */
  async refused(name: string, ...args: string[]): Promise<{ readonly code: number | null; readonly said: string }> {
    const child = spawnService('streamer', ['none', LOOPBACK, String(this.port), '--name', name, '--media-host', LOOPBACK, ...args]);
    const { code } = await child.exited;
    return { code, said: child.log.toString() };
  }

  /** How many the daemon's list says watch a streamer; undefined where it does not list it. */
  async viewersOf(name: string): Promise<number | undefined> {
    const uri = sipUri(undefined, LOOPBACK, this.port);
    for (let offset: number | undefined = 0; offset !== undefined; ) {
      const asked = { from: this.addressOf('ana'), headers: { Accept: JSON_TYPE }, body: JSON.stringify({ offset }), contentType: JSON_TYPE };
      const response = await this.agent.request(this.agent.createRequest('OPTIONS', uri, asked));
      const page = JSON.parse(response.bodyText()) as { streamers: readonly { name: string; viewers: number }[]; next?: number };
      const found = page.streamers.find((entry) => entry.name === name);
      if (found) return found.viewers;
      offset = page.next;
    }
    return undefined;
  }

  addressOf(name: string): string {
    return sipUri(name, LOOPBACK, this.port);
  }

  /** An offer to a streamer, answered or refused. */
  async call(name: string, sdp: string, headers: Record<string, string> = {}): Promise<{ dialog: Dialog; response: SipResponse }> {
    const request = this.agent.createRequest('INVITE', this.addressOf(name), { from: this.addressOf('ana'), headers, body: sdp, contentType: 'application/sdp' });
    return this.agent.invite(request).answered;
  }

  async watch(name: string): Promise<RecordingViewer> {
    const viewer = new RecordingViewer();
    this.#viewers.push(viewer);
    const { dialog, response } = await this.call(name, await viewer.offer());
    viewer.dialog = dialog;
    dialog.onEnded((reason) => (viewer.ended = reason));
    await viewer.accept(response.bodyText());
    return viewer;
  }

  async leave(viewer: RecordingViewer): Promise<void> {
    await viewer.dialog?.bye();
    await viewer.close();
  }

  /** What services have logged above `info`. */
  complaints(): string[] {
    return [this.daemon, ...this.#processes].flatMap(({ child }) =>
      child.log.lines.filter(({ stream, record }) => stream === 'stderr' || record === undefined || record.level === 'warn' || record.level === 'error').map(({ text }) => text),
    );
  }

  async stop(): Promise<void> {
    for (const viewer of this.#viewers) await viewer.close();
    await this.agent.close(0);
    for (const { child } of this.#processes) await child.end('SIGKILL');
    await this.daemon.child.end('SIGKILL');
    this.#folder.remove();
  }
}

export const isRegistered = ({ record }: { record: { msg: string } | undefined }): boolean => record?.msg.startsWith('registered as') === true;
