/** Two DTLS ends in memory: our patched client, and a server whose handshake a test may falsify. */
import type { DtlsClient, DtlsServer } from 'werift';
import { werift } from '../../../streamer/webrtc/werift.ts';
import type { FreshWerift } from './fresh-werift.ts';

interface Wire {
  readonly type: 'memory';
  readonly address: object;
  onData: (data: Buffer) => void;
  closed: boolean;
  send(data: Buffer): Promise<void>;
  close(): Promise<void>;
}

function wires(copies: number): [Wire, Wire] {
  const wire = (other: () => Wire): Wire => ({
    type: 'memory',
    address: {},
    onData: () => undefined,
    closed: false,
    send(data) {
      const copy = Buffer.from(data);
      for (let sent = 0; sent < copies; sent++) setImmediate(() => other().onData(Buffer.from(copy)));
      return Promise.resolve();
    },
    close() {
      this.closed = true;
      return Promise.resolve();
    },
  });
  const one: Wire = wire(() => two);
  const two: Wire = wire(() => one);
  return [one, two];
}

export interface DtlsPair {
  readonly client: DtlsClient;
  readonly server: DtlsServer;
  /** Resolves when the client takes itself for connected, rejects with what it objects to. */
  readonly connected: Promise<void>;
  /** Resolves when the client has done sending its first flight. */
  readonly helloDone: Promise<void>;
  close(): void;
}

/**
 * @param serverSide where the server's code comes from
 * @param clientSide the same for the client; patched unless told otherwise
 * @param falsify changes the server before the handshake begins
 * @param copies how often each datagram arrives
 */
export async function dtlsPair(serverSide: FreshWerift, falsify: (server: DtlsServer) => void = () => undefined, clientSide: Pick<FreshWerift, 'werift'> = { werift }, copies = 1): Promise<DtlsPair> {
  const [near, far] = wires(copies);
  const certificate = await werift.RTCDtlsTransport.SetupCertificate();
  const common = { cert: certificate.certPem, key: certificate.privateKey, signatureHash: certificate.signatureHash, srtpProfiles: [1, 7] as never, extendedMasterSecret: true };
  const server = new serverSide.werift.DtlsServer({ ...common, transport: far, certificateRequest: true } as never);
  const client = new clientSide.werift.DtlsClient({ ...common, transport: near } as never);
  falsify(server);
  const connected = new Promise<void>((resolve, reject) => {
    client.onConnect.once(resolve);
    client.onError.once(reject);
  });
  connected.catch(() => undefined);
  const helloDone = client.connect();
  helloDone.catch(() => undefined);
  const close = () => {
    near.closed = true;
    far.closed = true;
  };
  return { client, server, connected, helloDone, close };
}
