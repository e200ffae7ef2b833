/** A viewer's socket, and werift's own code to decrypt what comes to it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { RtpPacket, SrtcpSession, SrtpSession } from 'werift';
import { deriveKeys, type SrtpKeys } from '../../../../streamer/srtp/keys.ts';
import { MASTER_SALT_BYTES, type SrtpProfile } from '../../../../streamer/srtp/profile.ts';

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

let count = 0;

export class Receiver {
  readonly keys: SrtpKeys;
  readonly datagrams: Buffer[] = [];
  readonly #socket: Socket;
  readonly #srtp: SrtpSession;
  readonly #srtcp: SrtcpSession;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(socket: Socket, profile: SrtpProfile) {
    this.#socket = socket;
    const masterKey = Buffer.alloc(16, ++count);
    const masterSalt = Buffer.alloc(MASTER_SALT_BYTES[profile], 0xa0 + count);
    this.keys = deriveKeys(profile, masterKey, masterSalt);
    const config = { keys: { localMasterKey: masterKey, localMasterSalt: masterSalt, remoteMasterKey: masterKey, remoteMasterSalt: masterSalt }, profile };
    this.#srtp = new SrtpSession(config);
    this.#srtcp = new SrtcpSession(config);
    socket.on('message', (datagram) => {
      this.datagrams.push(datagram);
      for (const waiting of this.#waiting) if (this.datagrams.length >= waiting.count) waiting.resolve();
    });
  }

  static async open(profile: SrtpProfile): Promise<Receiver> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    return new Receiver(socket, profile);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Resolves when this many datagrams have come in all. */
  async until(count: number): Promise<void> {
    if (this.datagrams.length < count) await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** All packets so far, decrypted in the order in which they came. Once for each. */
  decrypted(): RtpPacket[] {
    return this.datagrams.map((datagram) => RtpPacket.deSerialize(this.#srtp.decrypt(datagram)));
  }

  decryptedRtcp(): Buffer[] {
    return this.datagrams.map((datagram) => this.#srtcp.decrypt(datagram));
  }

  send(datagram: Buffer, port: number): void {
    this.#socket.send(datagram, port, '127.0.0.1');
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}
