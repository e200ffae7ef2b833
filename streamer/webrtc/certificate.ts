/** The certificate that all connections of a thread are known by (RFC 8122 §5): self-signed, made once, trusted by its fingerprint. */
import { createHash, X509Certificate } from 'node:crypto';
import { werift } from './werift.ts';

export interface Certificate {
  /** Both in PEM. */
  readonly certificate: string;
  readonly key: string;
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** What werift calls hash and signature algorithm. */
  readonly signatureHash: object;
}

/** Hash functions of RFC 8122 §5 that are still good, the strongest last. */
const HASHES = ['sha-256', 'sha-384', 'sha-512'];

let made: Promise<Certificate> | undefined;

async function make(): Promise<Certificate> {
  const { certPem, privateKey, signatureHash } = await werift.RTCDtlsTransport.SetupCertificate();
  return { certificate: certPem, key: privateKey, fingerprint: fingerprintOf(new X509Certificate(certPem).raw, 'sha-256'), signatureHash };
}

export function ownCertificate(): Promise<Certificate> {
  return (made ??= make());
}

function fingerprintOf(certificate: Buffer, hash: string): string {
  const digest = createHash(hash.replace('-', '')).update(certificate).digest('hex').toUpperCase();
  return digest.replaceAll(/(..)(?!$)/g, '$1:');
}

/**
 * Whether a certificate is one of those that the other side has named, by the strongest hash that it named any by.
 * @param certificate in DER
 */
export function matchesFingerprint(certificate: Buffer, named: readonly { readonly algorithm: string; readonly value: string }[]): boolean {
  const known = named.map(({ algorithm, value }) => ({ hash: algorithm.toLowerCase(), value: value.trim().toUpperCase() })).filter(({ hash }) => HASHES.includes(hash));
  const strongest = HASHES.findLast((hash) => known.some((each) => each.hash === hash));
  if (strongest === undefined) return false;
  const found = fingerprintOf(certificate, strongest);
  return known.some(({ hash, value }) => hash === strongest && value === found);
}
