#!/usr/bin/env node
/** `signaling [port]`: the signaling daemon as a process. */

import { openCapture } from '../shared/capture/open-capture.ts';
import { runService } from '../shared/cli/command.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import type { Logger } from '../shared/log/logger.ts';
import { advertisedAddress } from '../shared/network/advertised-address.ts';
import type { DigestAlgorithm } from '../shared/sip/digest/algorithm.ts';
import { UdpTransport } from '../shared/sip/transport/udp-transport.ts';
import { DEFAULT_RATE_LIMITS } from './admission/rate-limit.ts';
import type { RateLimits } from './admission/rate-limit.ts';
import { formatAddress, isLoopback } from './address.ts';
import { DEFAULT_CLEANING_LIMITS } from './calls/cleaning.ts';
import { createDaemon } from './daemon.ts';
import { DirectoryOpenError } from './directory/directory.ts';
import { XmlDirectory } from './directory/xml/xml-directory.ts';
import type { DirectoryReport, XmlDirectoryOptions } from './directory/xml/xml-directory.ts';
import { measure, measureWrites } from './metrics.ts';
import { DEFAULT_REGISTRAR_LIMITS } from './registrar/registrar.ts';
import { signalingArguments, signalingOptions } from './settings.ts';

/** More than any network brings. */
const UNLIMITED = 1_000_000_000;
const ALGORITHMS: Readonly<Record<'sha-256' | 'sha-256-or-md5' | 'md5', readonly DigestAlgorithm[]>> = {
  'sha-256': ['SHA-256'],
  'sha-256-or-md5': ['SHA-256', 'MD5'],
  md5: ['MD5'],
};
/** Ten thousand streamers may answer a restart within seconds. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

await runService({
  name: 'signaling',
  section: 'signaling',
  description: 'SIP registrar, proxy and directory of streamers',
  arguments: signalingArguments,
  options: signalingOptions,
  start: async (settings, { log, metrics, health }) => {
    const { host, secret } = settings;
    if (secret === undefined && !isLoopback(host)) {
      throw new UsageError(`to listen on ${host}, beyond this machine, it needs a secret that the other services know too: set SIPCAST_SECRET or --secret`);
    }
    if (settings.minExpires > settings.maxExpires) throw new UsageError('--min-expires must not be more than --max-expires');
    const directory = await openDirectory(settings.directory, log, measureWrites(metrics));
    health.needsToBeWell('directory', () => directory.writable);
    health.needsToBeReady('directory', () => directory.readable());
    const capture = await openCapture(settings.capture, { service: 'signaling', log });
    const socket = await UdpTransport.bind({ host, port: settings.udpPort ?? settings.port, receiveBufferBytes: RECEIVE_BUFFER_BYTES });
    const daemon = createDaemon({
      directory,
      transport: capture.around(socket),
      log,
      secret,
      advertised: await advertisedAddress(socket.local, { advertise: settings.advertise }),
      algorithms: ALGORITHMS[settings.digest],
      cleaningLimits: { ...DEFAULT_CLEANING_LIMITS, retentionMs: settings.sessionRetention * 1000, maxSessionMs: settings.maxSession * 1000 },
      rateLimits: rateLimits(settings.rateLimit),
      registrarLimits: {
        ...DEFAULT_REGISTRAR_LIMITS,
        maxStreamers: settings.maxStreamers,
        expiry: { defaultSeconds: settings.maxExpires, minSeconds: settings.minExpires, maxSeconds: settings.maxExpires },
      },
    });
    measure(metrics, directory, daemon.layer);
    health.needsToBeReady('socket', () => !daemon.closed);
    return {
      addresses: { sip: formatAddress(daemon.address) },
      drain: (signal) => daemon.drain(signal),
      close: async () => {
        await daemon.close();
        await capture.close();
      },
    };
  },
});

function rateLimits(perSecond: number): RateLimits {
  if (perSecond === 0) {
    const any = { perSecond: UNLIMITED, burst: UNLIMITED };
    return { strangers: any, known: any };
  }
  const burstFactor = DEFAULT_RATE_LIMITS.strangers.burst / DEFAULT_RATE_LIMITS.strangers.perSecond;
  return { ...DEFAULT_RATE_LIMITS, strangers: { perSecond, burst: perSecond * burstFactor } };
}

async function openDirectory(path: string, log: Logger, onWrite: XmlDirectoryOptions['onWrite']): Promise<XmlDirectory> {
  try {
    return await XmlDirectory.open({ path, exclusive: true, report: (report) => tell(report, path, log), onWrite });
  } catch (error) {
    if (error instanceof DirectoryOpenError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function tell(report: DirectoryReport, path: string, log: Logger): void {
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
