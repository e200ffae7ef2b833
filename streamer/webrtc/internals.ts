/** Those parts of werift that its types hide and the patches reach into, as they are in the version that is pinned. */
import type { Candidate, Message, StunProtocol } from 'werift';

export type SocketAddress = readonly [host: string, port: number];

export interface Subscription {
  unSubscribe(): void;
}

export interface WeriftEvent<Args extends unknown[]> {
  subscribe(listener: (...args: Args) => void): Subscription;
  once(listener: (...args: Args) => void): void;
  execute(...args: Args): void;
}

export interface CandidatePair {
  readonly protocol: StunProtocol;
  readonly remoteCandidate: Candidate;
  readonly remoteAddr: SocketAddress;
  /** 0 frozen, 1 waiting, 2 in progress, 3 succeeded, 4 failed. */
  readonly state: number;
  handle?: unknown;
}

/** What hands datagrams to a STUN protocol. */
export interface Receiver {
  datagramReceived: (data: Buffer, address: SocketAddress) => void;
}

/** ICE's side of one peer (werift's Connection). */
export interface IceAgent {
  localUsername: string;
  localPassword: string;
  userHistory: Record<string, string>;
  state: string;
  stunServer: unknown;
  localCandidates: Candidate[];
  localCandidatesStart: boolean;
  localCandidatesEnd: boolean;
  protocols: StunProtocol[];
  checkList: CandidatePair[];
  earlyChecks: unknown[];
  earlyChecksDone: boolean;
  iceLite: boolean;
  nominated: CandidatePair | undefined;
  readonly remoteCandidates: readonly Candidate[];
  readonly onData: WeriftEvent<[Buffer]>;
  readonly stateChanged: WeriftEvent<[string]>;
  connect: () => Promise<void>;
  close(): Promise<void>;
  schedulingChecks(): boolean;
  checkStart(pair: CandidatePair): unknown;
  checkIncoming: (message: Message, address: SocketAddress, protocol: StunProtocol) => void;
  ensureProtocol: (protocol: StunProtocol) => void;
  canSendApplicationData(): boolean;
}

export interface Handshake {
  readonly msg_type: number;
  readonly fragment: Buffer;
  serialize(): Buffer;
}

export interface DtlsContext {
  flight: number;
  readonly sortedHandshakeCache: readonly Handshake[];
}

export interface CipherContext {
  readonly localRandom: { serialize(): Buffer };
  readonly remoteRandom: { serialize(): Buffer };
  readonly remoteCertificate: Buffer | undefined;
  readonly masterSecret: Buffer;
}

/** One DTLS association (werift's DtlsClient). */
export interface DtlsAssociation {
  readonly dtls: DtlsContext;
  readonly cipher: CipherContext;
  readonly srtp: { readonly srtpProfile: number | undefined };
  readonly transport: { readonly socket: { closed: boolean } };
  onHandleHandshakes: (handshakes: readonly Handshake[]) => Promise<void>;
  connect: () => Promise<void>;
  close(): void;
  extractSessionKeys(keyBytes: number, saltBytes: number): { localKey: Buffer; localSalt: Buffer; remoteKey: Buffer; remoteSalt: Buffer };
}

/** werift's RTCDtlsTransport. */
export interface DtlsTransport {
  dtls: DtlsAssociation | undefined;
  readonly state: string;
  readonly onStateChange: WeriftEvent<[string]>;
  start: () => Promise<void>;
  startSrtp: () => void;
  /** Gets application data, decrypted. */
  dataReceiver: (data: Buffer) => void;
  /** Encrypts and sends application data; rejects when it cannot be sent. */
  sendData(data: Buffer): Promise<void>;
}

export interface DtlsRecord {
  readonly recordLayerHeader: { readonly contentType: number; readonly epoch: number };
}
