/**
 * The DTLS connection inside a viewer's: we are the client (RFC 5763 §5), or the server where we have offered. Its handshake proves by the
 * fingerprints of the other's description who he is, yields the keys of SRTP (RFC 5764), and what is said over it afterwards is the data channel's.
 */
import { MASTER_KEY_BYTES, MASTER_SALT_BYTES, type SrtpProfile } from '../srtp/profile.ts';
import { matchesFingerprint, type Certificate } from './certificate.ts';
import type { DtlsAssociation, DtlsContext } from './internals.ts';
import { guardServer } from './server-handshake.ts';
import { internal, werift } from './werift.ts';

/** RFC 5246 §7.2.1: an alert of level warning that says there will be no more. */
const ALERT = 21;
const CLOSE_NOTIFY = Buffer.from([1, 0]);

const { createPlaintext } = internal('dtls/src/record/builder.js') as {
  createPlaintext: (context: DtlsContext) => (records: readonly { type: number; fragment: Buffer }[], sequenceNumber: number) => unknown[];
};

/** What comes earlier belongs to the handshake; nobody has more to say before it is over. */
const FIRST_CONTENT_TYPE = 20;
const LAST_CONTENT_TYPE = 63;

/** Master keys and salts of both directions. */
export interface SrtpMaster {
  readonly profile: SrtpProfile;
  readonly localKey: Buffer;
  readonly localSalt: Buffer;
  readonly remoteKey: Buffer;
  readonly remoteSalt: Buffer;
}

/** Who answers is the client, since a browser that has offered leaves it to him (RFC 8842 §5.3). */
export type DtlsRole = 'client' | 'server';

export interface DtlsConnectionOptions {
  /** Client unless given. */
  readonly role?: DtlsRole;
  readonly certificate: Certificate;
  /** Of the viewer's certificate, as his offer names them. */
  readonly fingerprints: readonly { readonly algorithm: string; readonly value: string }[];
  /** In the order in which they are offered. */
  readonly profiles: readonly SrtpProfile[];
  readonly send: (datagram: Buffer) => void;
  readonly onConnected: (master: SrtpMaster) => void;
  /** Hears at most once, instead of {@link onConnected}. */
  readonly onFailed: (error: Error) => void;
  /** Hears that the viewer has ended the connection. */
  readonly onEnded: () => void;
  /** Hears what the viewer says over the connection, decrypted. */
  readonly onData: (data: Buffer) => void;
}

/** Whether a datagram is DTLS's (RFC 7983 §7). */
export function isDtls(datagram: Buffer): boolean {
  const [first = 0] = datagram;
  return first >= FIRST_CONTENT_TYPE && first <= LAST_CONTENT_TYPE;
}

/** What werift takes for its socket. */
class Wire {
  readonly type = 'udp';
  readonly address = {};
  closed = false;
  onData: (datagram: Buffer) => void = () => undefined;
  readonly #send: (datagram: Buffer) => void;

  constructor(send: (datagram: Buffer) => void) {
    this.#send = send;
  }

  send(datagram: Buffer): Promise<void> {
    if (!this.closed) this.#send(datagram);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

export class DtlsConnection {
  readonly #options: DtlsConnectionOptions;
  readonly #wire: Wire;
  readonly #association: DtlsAssociation;
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';

  /** A client sends the first flight at once. */
  constructor(options: DtlsConnectionOptions) {
    this.#options = options;
    this.#wire = new Wire(options.send);
    const { certificate, key, signatureHash } = options.certificate;
    const common = { cert: certificate, key, signatureHash, transport: this.#wire, srtpProfiles: [...options.profiles], extendedMasterSecret: true };
    const socket = options.role === 'server' ? new werift.DtlsServer({ ...common, certificateRequest: true } as never) : new werift.DtlsClient(common as never);
    this.#association = socket as unknown as DtlsAssociation;
    socket.onConnect.once(() => this.#connected());
    socket.onError.once((error) => this.#fail(error));
    socket.onClose.subscribe(() => this.#ended());
    socket.onData.subscribe((data) => {
      if (this.#state === 'connected') options.onData(data);
    });
    if (options.role === 'server') guardServer(this.#association);
    else this.#association.connect().catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
  }

  receive(datagram: Buffer): void {
    if (this.#state !== 'closed') this.#wire.onData(datagram);
  }

  /** Encrypts and sends; what cannot be sent is lost. */
  send(data: Buffer): void {
    if (this.#state === 'connected') this.#association.send(data).catch(() => undefined);
  }

  /** Tells the viewer, whose browser would need half a minute to find out. */
  close(): void {
    if (this.#state === 'connected') this.#sayFarewell();
    this.#state = 'closed';
    this.#association.close();
  }

  #sayFarewell(): void {
    const { dtls, cipher } = this.#association;
    const [record] = createPlaintext(dtls)([{ type: ALERT, fragment: CLOSE_NOTIFY }], ++dtls.recordSequenceNumber);
    void this.#wire.send(cipher.encryptPacket(record).serialize());
  }

  #connected(): void {
    if (this.#state !== 'connecting') return;
    const { fingerprints, onConnected, role } = this.#options;
    const { remoteCertificate } = this.#association.cipher;
    const profile = this.#association.srtp.srtpProfile as SrtpProfile | undefined;
    if (!remoteCertificate || !matchesFingerprint(remoteCertificate, fingerprints)) this.#fail(new Error('certificate fingerprint mismatch'));
    else if (profile === undefined) this.#fail(new Error('the viewer takes no SRTP protection profile of ours'));
    else {
      this.#state = 'connected';
      onConnected({ profile, ...this.#association.extractSessionKeys(MASTER_KEY_BYTES, MASTER_SALT_BYTES[profile]) });
      // The server's Finished has come, so nothing of the handshake will be asked for again (RFC 6347 §4.2.4); of a server it may be.
      if (role !== 'server') Object.assign(this.#association.dtls, { handshakeCache: [], lastFlight: [], lastMessage: [] });
    }
  }

  #fail(error: Error): void {
    if (this.#state !== 'connecting') return;
    this.close();
    this.#options.onFailed(error);
  }

  #ended(): void {
    if (this.#state === 'closed') return;
    this.close();
    this.#options.onEnded();
  }
}
