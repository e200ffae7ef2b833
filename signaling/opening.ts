/** Opens the directory that --directory names, a file or an engine, and tells the operator what becomes of it. */

import { concealPassword } from '../shared/cli/conceal-password.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import type { Health } from '../shared/health/health.ts';
import type { Logger } from '../shared/log/logger.ts';
import type { Address } from '../shared/sip/transport/transport.ts';
import { DirectoryOpenError } from './directory/directory.ts';
import type { Directory } from './directory/directory.ts';
import { isEngineUrl } from './directory/engine-url.ts';
import type { EngineReport } from './directory/redis/condition.ts';
import { XmlDirectory } from './directory/xml/xml-directory.ts';
import type { DirectoryReport } from './directory/xml/xml-directory.ts';

/** A session that every daemon has lost sight of leaves the engine so long after it should have, ms. */
const FORGOTTEN_SESSION_MS = 3_600_000;

export interface OpeningOptions {
  /** A file or a URL. */
  readonly directory: string;
  readonly directoryPrefix: string;
  /** How long sessions last and how long ended ones are kept, seconds. */
  readonly maxSession: number;
  readonly sessionRetention: number;
  /** What this daemon calls itself, and where it is reached. */
  readonly name: string;
  readonly self: Address;
  /** Milliseconds since 1970, as the daemon has it. */
  readonly now: () => number;
  readonly log: Logger;
  readonly health: Health;
  readonly onWrite: (milliseconds: number, succeeded: boolean) => void;
}

/** @throws UsageError for a directory that can be no other than it is without help */
export async function openDirectory(options: OpeningOptions): Promise<Directory> {
  try {
    return await (isEngineUrl(options.directory) ? openEngine(options) : openFile(options));
  } catch (error) {
    if (error instanceof DirectoryOpenError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

async function openFile({ directory: path, health, log, onWrite }: OpeningOptions): Promise<Directory> {
  const directory = await XmlDirectory.open({ path, exclusive: true, report: (report) => tellOfFile(report, path, log), onWrite });
  health.needsToBeWell('directory', () => directory.writable);
  health.needsToBeReady('directory', () => directory.readable());
  return directory;
}

async function openEngine({ directory: url, directoryPrefix: prefix, maxSession, sessionRetention, health, log, ...options }: OpeningOptions): Promise<Directory> {
  // With a file nothing of this is loaded.
  const { RedisDirectory } = await import('./directory/redis/redis-directory.ts');
  const engine = concealPassword(url);
  const sessionLives = { active: maxSession * 1000 + FORGOTTEN_SESSION_MS, ended: sessionRetention * 1000 + FORGOTTEN_SESSION_MS };
  const directory = await RedisDirectory.open({ url, prefix, sessionLives, report: (report) => tellOfEngine(report, engine, log), ...options });
  // Without the engine this daemon still serves whom it knows, as any other would: nothing is won by restarting it or by asking nobody.
  health.needsToBeReady('directory-known', () => directory.known);
  health.mentions('directory', () => directory.writable);
  return directory;
}

function tellOfFile(report: DirectoryReport, path: string, log: Logger): void {
  switch (report.kind) {
    case 'set-aside':
      log.warn({ path, setAside: report.path }, `the directory ${path} could not be read (${report.reason}); it is kept as ${report.path}, and a new one was begun`);
      return;
    case 'write-failed':
      log.error({ path, err: report.error }, `the directory ${path} cannot be written: nothing new is accepted until it can`);
      return;
    case 'write-recovered':
      log.info({ path }, `the directory ${path} can be written again`);
  }
}

function tellOfEngine(report: EngineReport, engine: string, log: Logger): void {
  switch (report.kind) {
    case 'failing':
      log.error({ engine, err: report.error }, `the directory ${engine} takes no changes (${report.error instanceof Error ? report.error.message : String(report.error)}): what is known is served, nothing new is accepted until it does`);
      return;
    case 'recovered':
      log.info({ engine }, `the directory ${engine} takes changes again`);
      return;
    case 'emptied':
      log.warn({ engine, entries: report.entries }, `the directory ${engine} has lost what it held; what is known here is written to it again`);
      return;
    case 'senseless':
      log.warn({ engine, key: report.key }, `what the directory ${engine} has under ${report.key} makes no sense, and is passed over`);
  }
}
