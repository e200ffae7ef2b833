/**
 * What werift's DTLS server leaves out: it takes any client for the owner of his certificate and any Finished for good, and a ClientHello
 * that comes late or again makes it forget the handshake that is under way, or the connection that is up.
 */
import { checkCertificateVerify, checkFinished } from './handshake-checks.ts';
import type { DtlsAssociation, DtlsContext, Handshake } from './internals.ts';
import { internal } from './werift.ts';

const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const CERTIFICATE_VERIFY = 15;
const CLIENT_KEY_EXCHANGE = 16;
const FINISHED = 20;
/** Of the server: ServerHello to ServerHelloDone, and its Finished. */
const HELLO_FLIGHT = 4;
const LAST_FLIGHT = 6;
/** Of a ClientHello: its version and random number (RFC 6347 §4.3.2). */
const SESSION_ID_AT = 34;

const { prfVerifyDataClient } = internal('dtls/src/cipher/prf.js') as { prfVerifyDataClient: (secret: Buffer, handshakes: Buffer) => Buffer };

/** To be called before anything is received. A client who fails the checks is refused: `onError` hears why. */
export function guardServer(server: DtlsAssociation): void {
  const handle = server.onHandleHandshakes;
  server.onHandleHandshakes = async (handshakes) => {
    const { dtls, cipher } = server;
    const timely = handshakes.filter((handshake) => isTimely(handshake, dtls));
    const finished = timely.find(({ msg_type }) => msg_type === FINISHED);
    if (finished && dtls.flight < LAST_FLIGHT) {
      const seen = dtls.sortedHandshakeCache.filter(({ msg_type }) => msg_type !== FINISHED);
      // What is missing will come again, and this with it.
      if (![CERTIFICATE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE].every((type) => seen.some(({ msg_type }) => msg_type === type))) return;
      const proofAt = seen.findIndex(({ msg_type }) => msg_type === CERTIFICATE_VERIFY);
      checkCertificateVerify(seen[proofAt]?.fragment ?? Buffer.alloc(0), serialized(seen.slice(0, proofAt)), cipher.remoteCertificate);
      checkFinished(finished.fragment, prfVerifyDataClient(cipher.masterSecret, serialized(seen)));
    }
    await handle(timely);
  };
}

function serialized(handshakes: readonly Handshake[]): Buffer {
  return Buffer.concat(handshakes.map((handshake) => handshake.serialize()));
}

function isTimely({ msg_type, fragment }: Handshake, { flight }: DtlsContext): boolean {
  if (msg_type !== CLIENT_HELLO || flight < HELLO_FLIGHT) return true;
  const cookieAt = SESSION_ID_AT + 1 + (fragment[SESSION_ID_AT] ?? 0);
  return flight < LAST_FLIGHT && (fragment[cookieAt] ?? 0) > 0;
}
