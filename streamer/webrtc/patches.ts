/**
 * Every change that is made to werift from outside, each with its reason. They were made for version {@link PATCHED_VERSION} and
 * rely on its insides, so that version is pinned and any other is refused; test/unit/streamer/webrtc/patches.test.ts fails
 * where werift no longer needs one of them or it no longer fits.
 */
import { createECDH, createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { checkFinished, checkKeyExchangeSignature } from './handshake-checks.ts';
import type { CipherContext, DtlsAssociation, DtlsContext, DtlsRecord, Handshake } from './internals.ts';

export const PATCHED_VERSION = '0.24.4';

/** Loads one of werift's own modules by its path under lib/. */
type Internal = (path: string) => unknown;

interface Class<Instance> {
  readonly prototype: Instance;
}

const SECP256R1 = 23;
const HELLO_VERIFY_REQUEST = 3;
const SERVER_KEY_EXCHANGE = 12;
const FINISHED = 20;
const ALERT = 21;
const FIRST_CONTENT_TYPE = 20;
const LAST_CONTENT_TYPE = 23;
/** The ClientHello that repeats the server's cookie. */
const COOKIE_FLIGHT = 3;
/** Our handshake is through when it has come to this flight. */
const CONNECTED_FLIGHT = 7;

const FIRST_RETRANSMIT_MS = 250;
const MAX_RETRANSMIT_MS = 4_000;
const MAX_RETRANSMISSIONS = 8;

/**
 * DtlsClient takes any Finished for good, so that a handshake that was tampered with passes; and it fails at a HelloVerifyRequest
 * that comes twice, as the answer to a ClientHello that had to be repeated on a slow way.
 */
function checkServerMessages(internal: Internal): void {
  const { DtlsClient } = internal('dtls/src/client.js') as { DtlsClient: Class<DtlsAssociation> };
  const { prfVerifyDataServer } = internal('dtls/src/cipher/prf.js') as { prfVerifyDataServer: (secret: Buffer, handshakes: Buffer) => Buffer };
  const connect = DtlsClient.prototype.connect;
  DtlsClient.prototype.connect = function (this: DtlsAssociation): Promise<void> {
    const handle = this.onHandleHandshakes;
    this.onHandleHandshakes = async (handshakes) => {
      const fresh = handshakes.filter(({ msg_type }) => msg_type !== HELLO_VERIFY_REQUEST || this.dtls.flight < COOKIE_FLIGHT);
      const finished = fresh.find(({ msg_type }) => msg_type === FINISHED);
      if (finished) checkFinished(finished.fragment, prfVerifyDataServer(this.cipher.masterSecret, transcript(this.dtls)));
      await handle(fresh);
    };
    return connect.call(this);
  };
}

function transcript(context: DtlsContext): Buffer {
  return Buffer.concat(context.sortedHandshakeCache.map((handshake) => handshake.serialize()));
}

/** Nor does it look at the signature of the server's key exchange, so that anyone in between could put in a key of his own. */
function verifyKeyExchange(internal: Internal): void {
  interface Flight {
    dtls: DtlsContext;
    cipher: CipherContext;
    exec: () => Promise<void>;
  }
  const { Flight5 } = internal('dtls/src/flight/client/flight5.js') as { Flight5: Class<Flight> };
  const exec = Flight5.prototype.exec;
  Flight5.prototype.exec = async function (this: Flight): Promise<void> {
    const { localRandom, remoteRandom, remoteCertificate } = this.cipher;
    const keyExchange = this.dtls.sortedHandshakeCache.find((handshake: Handshake) => handshake.msg_type === SERVER_KEY_EXCHANGE);
    checkKeyExchangeSignature(keyExchange?.fragment ?? Buffer.alloc(0), localRandom.serialize(), remoteRandom.serialize(), remoteCertificate);
    await exec.call(this);
  };
}

/**
 * An alert of the level fatal is thrown away, so that a refused handshake is noticed by nobody; one that comes in the clear after
 * the handshake ends it, though anybody may have sent it; and so does every record of a kind that werift does not know.
 */
function heedAlerts(internal: Internal): void {
  type Parse = (context: DtlsContext, cipher: CipherContext) => (record: DtlsRecord) => { type: number; data: unknown }[];
  const receive = internal('dtls/src/record/receive.js') as { parsePlainText: Parse };
  const parse = receive.parsePlainText;
  receive.parsePlainText = (context, cipher) => (record) => {
    const { contentType, epoch } = record.recordLayerHeader;
    if (contentType < FIRST_CONTENT_TYPE || contentType > LAST_CONTENT_TYPE) return [];
    if (contentType !== ALERT) return parse(context, cipher)(record);
    if (epoch === 0 && context.flight >= CONNECTED_FLIGHT) return [];
    try {
      return parse(context, cipher)(record);
    } catch (error) {
      if (error instanceof Error && error.message === 'alert fatal error') return [{ type: ALERT, data: undefined }];
      throw error;
    }
  };
}

/** Retransmission of a flight goes on for half a minute after its peer is gone, keeps the process alive, and begins late. */
function endRetransmission(internal: Internal): void {
  interface Flight {
    dtls: DtlsContext;
    transport: DtlsAssociation['transport'];
    nextFlight: number | undefined;
    send(datagrams: Buffer[]): Promise<unknown>;
    transmit(datagrams: Buffer[]): Promise<void>;
  }
  const { Flight } = internal('dtls/src/flight/flight.js') as { Flight: Class<Flight> };
  Flight.prototype.transmit = async function (this: Flight, datagrams: Buffer[]): Promise<void> {
    let wait = FIRST_RETRANSMIT_MS;
    for (let sent = 0; sent <= MAX_RETRANSMISSIONS; sent++) {
      this.send(datagrams).catch(() => undefined);
      if (this.nextFlight === undefined) return;
      await delay(wait, undefined, { ref: false });
      if (this.dtls.flight >= this.nextFlight || this.transport.socket.closed) return;
      wait = Math.min(MAX_RETRANSMIT_MS, wait * 2);
    }
    throw new Error('The peer does not answer the DTLS handshake');
  };
}

/** X25519 and P-256 are computed in JavaScript, 4 ms a viewer; OpenSSL needs a tenth of one. Every browser takes P-256. */
function exchangeKeysNatively(internal: Internal): void {
  const { NamedCurveAlgorithmList } = internal('dtls/src/cipher/const.js') as { NamedCurveAlgorithmList: number[] };
  NamedCurveAlgorithmList.splice(0, NamedCurveAlgorithmList.length, SECP256R1);
  interface KeyPair {
    privateKey: Buffer;
    publicKey: Buffer;
  }
  const curve = internal('dtls/src/cipher/ec.js') as { p256Keypair: () => KeyPair; p256PreMasterSecret: (pair: KeyPair) => Buffer };
  curve.p256Keypair = () => {
    const exchange = createECDH('prime256v1');
    const publicKey = exchange.generateKeys();
    return { privateKey: exchange.getPrivateKey(), publicKey };
  };
  curve.p256PreMasterSecret = ({ publicKey, privateKey }) => {
    const exchange = createECDH('prime256v1');
    exchange.setPrivateKey(privateKey);
    return exchange.computeSecret(publicKey);
  };
}

/** The certificate and its key are parsed anew for every viewer. */
function parseCertificateOnce(internal: Internal): void {
  interface Context {
    localCert: Buffer;
    localPrivateKey: unknown;
    signatureHashAlgorithm: unknown;
    parseX509: (certificate: string, key: string, algorithm: unknown) => void;
    signatureData(data: Buffer, hash: string): Buffer;
  }
  const { CipherContext } = internal('dtls/src/context/cipher.js') as { CipherContext: Class<Context> };
  const parseX509 = CipherContext.prototype.parseX509;
  const parsed = new Map<string, { certificate: Buffer; key: KeyObject }>();
  CipherContext.prototype.parseX509 = function (this: Context, certificate, key, algorithm): void {
    let known = parsed.get(key);
    if (!known) {
      parseX509.call(this, certificate, key, algorithm);
      known = { certificate: this.localCert, key: createPrivateKey(key) };
      parsed.set(key, known);
    }
    const { key: signingKey } = known;
    this.localCert = known.certificate;
    this.localPrivateKey = { sign: (data: Buffer, hash: string) => createSign(hash).update(data).sign(signingKey) };
    this.signatureHashAlgorithm = algorithm;
  };
  CipherContext.prototype.signatureData = function (this: Context, data, hash): Buffer {
    return (this.localPrivateKey as { sign(data: Buffer, hash: string): Buffer }).sign(data, hash);
  };
}

/** Texts for debugging are put together for each message and check, also when nobody reads them. */
function skipDebugTexts(internal: Internal): void {
  const helper = internal('dtls/src/helper.js') as { getObjectSummary: () => string; dumpBuffer: () => string };
  helper.getObjectSummary = () => '';
  helper.dumpBuffer = () => '';
}

/**
 * Applies all patches.
 * @throws Error when `version` is not the one that they were made for
 */
export function applyPatches(version: string, internal: Internal): void {
  if (version !== PATCHED_VERSION) throw new Error(`werift ${version} is installed, but its patches were made for ${PATCHED_VERSION}: run npm ci`);
  checkServerMessages(internal);
  verifyKeyExchange(internal);
  heedAlerts(internal);
  endRetransmission(internal);
  exchangeKeysNatively(internal);
  parseCertificateOnce(internal);
  skipDebugTexts(internal);
}
