/** Sending with nothing but what Node brings: node:crypto for a viewer's packets of a frame together, dgram for each packet. */
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { OutgoingPacket } from '../../fanout/transport.ts';
import type { SrtpKeys } from '../../srtp/keys.ts';
import { SRTP_PROFILES } from '../../srtp/profile.ts';
import { SrtcpSender } from '../../srtp/srtcp.ts';
import { MAX_PAYLOAD_BYTES, type Egress, type EgressCounters, type EgressOptions, type ViewerEgress } from '../egress.ts';
import { openSocket } from '../socket.ts';
import { createProtector, type Protector } from './protector.ts';
import { MAX_READY_BYTES, PacketQueue } from './queue.ts';

/** What may wait inside Node for a socket that is full. */
const MAX_WAITING_BYTES = 1024 * 1024;

class PortableViewer implements ViewerEgress {
  readonly protector: Protector;
  readonly #egress: PortableEgress;
  readonly #srtcp: SrtcpSender;
  host = '';
  port = 0;

  constructor(egress: PortableEgress, keys: SrtpKeys) {
    this.#egress = egress;
    this.protector = createProtector(keys);
    this.#srtcp = new SrtcpSender(keys);
  }

  towards(host: string, port: number): void {
    if (this.port !== 0) this.#egress.flush();
    this.host = host;
    this.port = port;
  }

  send(packet: OutgoingPacket): void {
    if (this.port !== 0) this.#egress.queue(this, packet);
  }

  sendRtcp(compound: Buffer): void {
    if (this.port !== 0) this.#egress.queueReady(this, this.#srtcp.protect(compound));
  }

  close(): void {
    if (this.port !== 0) this.#egress.flush();
    this.port = 0;
  }
}

export class PortableEgress implements Egress {
  readonly kind = 'portable';
  readonly profiles = [SRTP_PROFILES.aes128CmSha1Tag80, SRTP_PROFILES.aes128Gcm];
  readonly counters: EgressCounters = { sent: 0, dropped: 0, full: 0 };
  readonly #socket: Socket;
  #queue = new PacketQueue<PortableViewer>();
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws what binding throws, such as EADDRINUSE */
  static async open({ host, port }: EgressOptions): Promise<PortableEgress> {
    return new PortableEgress(await openSocket({ address: host, port, exclusive: true }));
  }

  get port(): number {
    return this.#socket.address().port;
  }

  open(keys: SrtpKeys): ViewerEgress {
    return new PortableViewer(this, keys);
  }

  queue(viewer: PortableViewer, packet: OutgoingPacket): void {
    if (packet.payload.length > MAX_PAYLOAD_BYTES) {
      this.counters.dropped++;
      return;
    }
    if (this.#queue.full) this.flush();
    this.#queue.add(viewer, packet);
  }

  queueReady(viewer: PortableViewer, datagram: Buffer): void {
    if (datagram.length > MAX_READY_BYTES) {
      this.counters.dropped++;
      return;
    }
    if (this.#queue.full) this.flush();
    this.#queue.addReady(viewer, datagram);
  }

  flush(): void {
    const queue = this.#queue;
    const { count } = queue;
    if (count === 0) return;
    for (let from = 0; from < count; ) {
      const viewer = queue.owners[from];
      if (!viewer) break;
      const protects = queue.headerBytes[from] !== 0;
      let until = from + 1;
      while (until < count && queue.owners[until] === viewer && (queue.headerBytes[until] !== 0) === protects) until++;
      if (protects) viewer.protector.protect(queue, from, until);
      this.#send(queue, viewer, from, until, protects ? viewer.protector.tagBytes : 0);
      from = until;
    }
    queue.clear();
    this.#leaveWhatWaits();
  }

  #send(queue: PacketQueue<PortableViewer>, viewer: PortableViewer, from: number, until: number, tagBytes: number): void {
    const { host, port } = viewer;
    if (port === 0 || this.#closed || this.#socket.getSendQueueSize() > MAX_WAITING_BYTES) {
      this.counters.dropped += until - from;
      return;
    }
    for (let slot = from; slot < until; slot++) this.#socket.send(queue.bytes, queue.offset(slot), (queue.lengths[slot] as number) + tagBytes, port, host);
    this.counters.sent += until - from;
  }

  /** What the socket did not take at once is still being read: it is left alone, and the next packets go elsewhere. */
  #leaveWhatWaits(): void {
    if (this.#closed || this.#socket.getSendQueueCount() === 0) return;
    this.counters.full++;
    this.#queue = new PacketQueue<PortableViewer>();
  }

  sendPlain(datagram: Buffer, host: string, port: number): void {
    if (!this.#closed) this.#socket.send(datagram, port, host);
  }

  onDatagram(listener: (datagram: Buffer, host: string, port: number) => void): void {
    this.#socket.on('message', (datagram, { address, port }) => listener(datagram, address, port));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.clear();
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
