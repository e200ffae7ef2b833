/** Those parts of werift that its types hide and the patches reach into, as they are in the version that is pinned. */
export interface Handshake {
  readonly msg_type: number;
  readonly fragment: Buffer;
  serialize(): Buffer;
}

export interface DtlsContext {
  flight: number;
  /** What was said in the handshake, and what might have to be said again. */
  handshakeCache: unknown;
  lastFlight: unknown;
  lastMessage: unknown;
  recordSequenceNumber: number;
  readonly sortedHandshakeCache: readonly Handshake[];
}

export interface CipherContext {
  readonly localRandom: { serialize(): Buffer };
  readonly remoteRandom: { serialize(): Buffer };
  readonly remoteCertificate: Buffer | undefined;
  readonly masterSecret: Buffer;
  encryptPacket(record: unknown): { serialize(): Buffer };
}

/** One DTLS association (werift's DtlsClient). */
export interface DtlsAssociation {
  readonly dtls: DtlsContext;
  readonly cipher: CipherContext;
  readonly srtp: { readonly srtpProfile: number | undefined };
  readonly transport: { readonly socket: { closed: boolean } };
  onHandleHandshakes: (handshakes: readonly Handshake[]) => Promise<void>;
  connect: () => Promise<void>;
  /** Encrypts and sends application data; rejects when it cannot be sent. */
  send(data: Buffer): Promise<void>;
  close(): void;
  extractSessionKeys(keyBytes: number, saltBytes: number): { localKey: Buffer; localSalt: Buffer; remoteKey: Buffer; remoteSalt: Buffer };
}

export interface DtlsRecord {
  readonly recordLayerHeader: { readonly contentType: number; readonly epoch: number };
}
