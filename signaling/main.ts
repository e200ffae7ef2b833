#!/usr/bin/env node
/** `signaling [port]`: the signaling daemon as a process. */

import { openCapture } from '../shared/capture/open-capture.ts';
import { runService } from '../shared/cli/command.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import { advertisedAddress } from '../shared/network/advertised-address.ts';
import type { DigestAlgorithm } from '../shared/sip/digest/algorithm.ts';
import { systemClock } from '../shared/sip/timing/clock.ts';
import { UdpTransport } from '../shared/sip/transport/udp-transport.ts';
import { DEFAULT_RATE_LIMITS } from './admission/rate-limit.ts';
import type { RateLimits } from './admission/rate-limit.ts';
import { formatAddress, isLoopback } from './address.ts';
import { DEFAULT_CLEANING_LIMITS } from './calls/cleaning.ts';
import { createDaemon } from './daemon.ts';
import { measure, measureWrites } from './metrics.ts';
import { openDirectory } from './opening.ts';
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
    const capture = await openCapture(settings.capture, { service: 'signaling', log });
    const socket = await UdpTransport.bind({ host, port: settings.udpPort ?? settings.port, receiveBufferBytes: RECEIVE_BUFFER_BYTES });
    const advertised = await advertisedAddress(socket.local, { advertise: settings.advertise });
    const epoch = Date.now() - systemClock.now();
    const now = (): number => epoch + systemClock.now();
    const directory = await openDirectory({ ...settings, self: advertised, now, log, health, onWrite: measureWrites(metrics) });
    const daemon = createDaemon({
      directory,
      transport: capture.around(socket),
      log,
      secret,
      advertised,
      startedAt: now(),
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
