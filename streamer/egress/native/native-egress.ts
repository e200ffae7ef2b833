/** Sending by OpenSSL contexts that are kept open and one sendmmsg for all viewers, both called directly: a third of the cost of the portable way. */
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { OutgoingPacket } from '../../fanout/transport.ts';
import { MAX_HEADER_BYTES, writeRtpHeader } from '../../rtp/packet.ts';
import { RTX_HEADER_BYTES } from '../../rtp/rtx.ts';
import type { SrtpKeys } from '../../srtp/keys.ts';
import { SRTP_PROFILES } from '../../srtp/profile.ts';
import { SrtcpSender, type GcmOpener } from '../../srtp/srtcp.ts';
import { MAX_PAYLOAD_BYTES, MAX_PREFIX_BYTES, type Egress, type EgressCounters, type EgressOptions, type ViewerEgress } from '../egress.ts';
import { openSocket } from '../socket.ts';
import { CipherWorkshop, type PacketCipher } from './cipher.ts';
import { socketAddress } from './layout.ts';
import type { Libraries } from './libraries.ts';
import { bindSocket } from './native-socket.ts';
import { GaloisOpener, OpenerMemory } from './opener.ts';
import { Outbox, type Destination } from './outbox.ts';

/** A socket that was full is tried again after this. */
const RETRY_MS = 1;
const MAX_TAG_BYTES = 16;
const MAX_PACKET_BYTES = MAX_HEADER_BYTES + RTX_HEADER_BYTES + MAX_PREFIX_BYTES + MAX_PAYLOAD_BYTES + MAX_TAG_BYTES;

class NativeViewer implements ViewerEgress {
  readonly cipher: PacketCipher;
  readonly #egress: NativeEgress;
  readonly #srtcp: SrtcpSender;
  #destination: Destination | undefined;
  #closed = false;

  constructor(egress: NativeEgress, cipher: PacketCipher, keys: SrtpKeys) {
    this.#egress = egress;
    this.cipher = cipher;
    this.#srtcp = new SrtcpSender(keys);
  }

  towards(host: string, port: number): void {
    const [familyAndPort, address] = socketAddress(host, port);
    this.#destination = { familyAndPort, address, segmented: true };
  }

  send(packet: OutgoingPacket): void {
    if (this.#destination && !this.#closed) this.#egress.queue(this.cipher, this.#destination, packet);
  }

  sendRtcp(compound: Buffer): void {
    if (this.#destination && !this.#closed) this.#egress.queueReady(this.#destination, this.#srtcp.protect(compound));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.cipher.free();
  }
}

export class NativeEgress implements Egress {
  readonly kind = 'native';
  readonly profiles = [SRTP_PROFILES.aes128Gcm, SRTP_PROFILES.aes128CmSha1Tag80];
  readonly counters: EgressCounters = { sent: 0, dropped: 0, full: 0 };
  readonly #socket: Socket;
  readonly #workshop: CipherWorkshop;
  readonly #openerMemory: OpenerMemory;
  readonly #outbox: Outbox;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(libraries: Libraries, socket: Socket, fd: number) {
    this.#socket = socket;
    this.#workshop = new CipherWorkshop(libraries);
    this.#openerMemory = new OpenerMemory(libraries);
    this.#outbox = new Outbox(libraries, fd, this.counters);
  }

  /** @throws what binding throws, such as EADDRINUSE */
  static async open(libraries: Libraries, { host, port }: EgressOptions): Promise<NativeEgress> {
    const fd = bindSocket(libraries, host, port);
    return new NativeEgress(libraries, await openSocket({ fd }), fd);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  open(keys: SrtpKeys): ViewerEgress {
    return new NativeViewer(this, this.#workshop.cipherFor(keys), keys);
  }

  openerFor({ profile, rtcp }: SrtpKeys): GcmOpener | undefined {
    return profile === SRTP_PROFILES.aes128Gcm ? new GaloisOpener(this.#workshop, this.#openerMemory, rtcp) : undefined;
  }

  queue(cipher: PacketCipher, destination: Destination, packet: OutgoingPacket): void {
    const outbox = this.#outbox;
    const { payload, prefix, originalSequence } = packet;
    if (payload.length > MAX_PAYLOAD_BYTES || this.#closed || !outbox.reserve(MAX_PACKET_BYTES)) {
      this.counters.dropped++;
      return;
    }
    const { bytes } = outbox.data;
    const at = outbox.end;
    const headerBytes = writeRtpHeader(bytes, at, packet);
    let end = at + headerBytes;
    if (originalSequence >= 0) {
      bytes[end++] = originalSequence >>> 8;
      bytes[end++] = originalSequence;
    }
    if (prefix) {
      bytes.set(prefix, end);
      end += prefix.length;
    }
    bytes.set(payload, end);
    const length = end + payload.length - at;
    cipher.encrypt(bytes, outbox.data.address + at, at, headerBytes, length, packet.ssrc, packet.sequence);
    outbox.add(destination, length + cipher.tagBytes);
    if (outbox.waiting) this.#tryAgain();
  }

  queueReady(destination: Destination, datagram: Buffer): void {
    const outbox = this.#outbox;
    if (datagram.length > MAX_PACKET_BYTES || this.#closed || !outbox.reserve(MAX_PACKET_BYTES)) {
      this.counters.dropped++;
      return;
    }
    outbox.data.bytes.set(datagram, outbox.end);
    outbox.add(destination, datagram.length);
  }

  flush(): void {
    if (!this.#closed && !this.#outbox.flush()) this.#tryAgain();
  }

  #tryAgain(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.flush();
    }, RETRY_MS);
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
    clearTimeout(this.#retry);
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}
