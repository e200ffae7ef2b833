/** A certificate that an operator brings along, read anew when whoever renews it has written it anew. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TlsError } from './tls-source.ts';
import type { TlsMaterial, TlsSource } from './tls-source.ts';

export class CertificateFiles implements TlsSource {
  readonly selfSigned = false;
  readonly #certFile: string;
  readonly #keyFile: string;

  /** @param certFile PEM, the server's own certificate first @param keyFile PEM, without a passphrase */
  constructor(certFile: string, keyFile: string) {
    this.#certFile = certFile;
    this.#keyFile = keyFile;
  }

  async load(): Promise<TlsMaterial> {
    const [cert, key] = await Promise.all([read(this.#certFile), read(this.#keyFile)]);
    const parsed = certificateIn(cert, this.#certFile);
    if (!parsed.checkPrivateKey(keyIn(key, this.#keyFile))) throw new TlsError(`the key in ${this.#keyFile} does not belong to the certificate in ${this.#certFile}`);
    return { cert, key };
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function certificateIn(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new TlsError(`${file} holds no certificate in PEM`, { cause: error });
  }
}

function keyIn(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new TlsError(`${file} holds no private key in PEM, or one with a passphrase`, { cause: error });
  }
}
