/** HTTPS as an operator asks for it on the command line. */
import { join } from 'node:path';
import { UsageError } from '../../shared/cli/usage-error.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { CertificateFiles } from './certificate-files.ts';
import { namesOfThisMachine, SelfSigned } from './self-signed.ts';
import { TlsError } from './tls-source.ts';
import type { TlsMaterial, TlsSource } from './tls-source.ts';

const SELF_SIGNED_FILE = join('data', 'tls', 'self-signed.pem');

export interface TlsSettings {
  readonly tls?: 'self-signed' | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/** A certificate, and where its successor will come from. */
export interface OpenTls {
  readonly source: TlsSource;
  readonly material: TlsMaterial;
}

/** @param host what the server is bound to @returns undefined when HTTPS was not asked for. @throws UsageError in words for whoever started the service */
export async function openTls(settings: TlsSettings, host: string, log: Logger): Promise<OpenTls | undefined> {
  const source = sourceOf(settings, host, log);
  if (source === undefined) return undefined;
  try {
    return { source, material: await source.load() };
  } catch (error) {
    if (error instanceof TlsError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function sourceOf({ tls, tlsCert, tlsKey }: TlsSettings, host: string, log: Logger): TlsSource | undefined {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw new UsageError('--tls-cert and --tls-key belong together');
  if (tlsCert !== undefined && tlsKey !== undefined) {
    if (tls !== undefined) throw new UsageError('--tls self-signed makes a certificate of its own: leave out --tls-cert and --tls-key, or it');
    return new CertificateFiles(tlsCert, tlsKey);
  }
  return tls && new SelfSigned({ file: SELF_SIGNED_FILE, names: namesOfThisMachine(host), log });
}
