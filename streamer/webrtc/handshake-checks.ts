/**
 * What either end of DTLS must check of the other's handshake and werift does not: that the server's key exchange, or what the client has
 * seen so far, is signed by the certificate (RFC 8422 §5.4, RFC 5246 §7.4.8), and that both saw the same handshake (RFC 5246 §7.4.9).
 * Without these the certificate's fingerprint proves nothing: whoever sits between could put in a key of his own beside the true certificate.
 */
import { timingSafeEqual, verify, X509Certificate } from 'node:crypto';

const CERTIFICATE_REQUIRED = 'The peer sent no certificate';
/** SignatureAndHashAlgorithm values that our ClientHello offers (RFC 5246 §7.4.1.4.1), and the key type each asks for. */
const SHA256 = 4;
const KEY_TYPES: Readonly<Record<number, string>> = { 1: 'rsa', 3: 'ec' };

export class HandshakeError extends Error {
  override readonly name = 'HandshakeError';
}

/**
 * @param keyExchange body of the ServerKeyExchange message
 * @param certificate the server's, in DER
 * @throws HandshakeError when the parameters in it are not signed by the certificate's key
 */
export function checkKeyExchangeSignature(keyExchange: Buffer, clientRandom: Buffer, serverRandom: Buffer, certificate: Buffer | undefined): void {
  if (!certificate) throw new HandshakeError(CERTIFICATE_REQUIRED);
  // Curve type, curve, and the public key with its length; then hash, signature algorithm, and the signature with its length.
  const parametersEnd = 4 + (keyExchange[3] ?? 0);
  if (keyExchange.length < parametersEnd + 4) throw new HandshakeError('The peer sent a key exchange that is cut short');
  const [hash, algorithm] = keyExchange.subarray(parametersEnd);
  const signature = keyExchange.subarray(parametersEnd + 4, parametersEnd + 4 + keyExchange.readUInt16BE(parametersEnd + 2));
  const signed = Buffer.concat([clientRandom, serverRandom, keyExchange.subarray(0, parametersEnd)]);
  checkSignature('key exchange', { hash, algorithm, signature, signed }, certificate);
}

/**
 * @param certificateVerify body of the client's CertificateVerify message
 * @param transcript all messages before that one
 * @param certificate the client's, in DER
 * @throws HandshakeError when the client does not prove that the certificate is his
 */
export function checkCertificateVerify(certificateVerify: Buffer, transcript: Buffer, certificate: Buffer | undefined): void {
  if (!certificate) throw new HandshakeError(CERTIFICATE_REQUIRED);
  if (certificateVerify.length < 4) throw new HandshakeError('The peer sent a proof of its certificate that is cut short');
  const [hash, algorithm] = certificateVerify;
  const signature = certificateVerify.subarray(4, 4 + certificateVerify.readUInt16BE(2));
  checkSignature('handshake', { hash, algorithm, signature, signed: transcript }, certificate);
}

interface Signed {
  readonly hash: number | undefined;
  readonly algorithm: number | undefined;
  readonly signature: Buffer;
  readonly signed: Buffer;
}

function checkSignature(what: string, { hash, algorithm, signature, signed }: Signed, certificate: Buffer): void {
  const key = new X509Certificate(certificate).publicKey;
  if (hash !== SHA256 || algorithm === undefined || KEY_TYPES[algorithm] !== key.asymmetricKeyType) {
    throw new HandshakeError(`The peer signed its ${what} by an algorithm that was not offered`);
  }
  if (!verify('sha256', signed, key, signature)) throw new HandshakeError(`The ${what} is not signed by the peer’s certificate: someone may be in between`);
}

/**
 * @param finished body of the server's Finished message
 * @throws HandshakeError when it is not the one that this handshake calls for
 */
export function checkFinished(finished: Buffer, expected: Buffer): void {
  if (finished.length !== expected.length || !timingSafeEqual(finished, expected)) {
    throw new HandshakeError('The peer saw another handshake than we did: someone may be in between');
  }
}
