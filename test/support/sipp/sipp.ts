/** SIPp with a scenario of ours: bounded in calls and time, on a port of its own, its statistics read when it has ended. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeUdpPorts, udpPortBound } from '../network/udp-ports.ts';
import { repository } from '../paths.ts';
import { Child } from '../processes/child.ts';
import { toolPath } from '../tools/system-tools.ts';
import { readStatistics } from './statistics.ts';
import type { SippStatistics } from './statistics.ts';

const LOOPBACK = '127.0.0.1';
/** Socket buffers that a burst fits in, bytes. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
const STATISTICS_PERIOD_S = 1;
/** SIPp's timers run in steps of this, ms. */
const TIMER_STEP_MS = 5;
/** How much of SIPp's error log a failure quotes. */
const MAX_QUOTED_ERRORS = 4_000;

export interface SippOptions {
  /** A file of test/interop/sipp without its extension. */
  scenario: string;
  /** The server's port on the loopback interface. */
  server: number;
  /** Ends after this many calls. */
  calls: number;
  /** Ends, as a failure, after this long. */
  limitSeconds: number;
  /** Folder for what SIPp writes; a folder of its own is made in it. */
  folder: string;
  /** Its own port; a free one unless given. */
  port?: number;
  /** New calls a second; 10 unless given. */
  rate?: number;
  /** [field0], [field1] … of the scenario, a row a call, beginning again after the last. */
  rows?: readonly (readonly string[])[];
  /** Other [words] of the scenario. */
  words?: Record<string, string>;
  /** Percentage of datagrams that SIPp loses, each way. */
  lossPercent?: number;
  /** Further options as SIPp has them. */
  extra?: readonly string[];
}

export interface SippResult extends SippStatistics {
  /** All calls came to the end that the scenario describes. */
  ok: boolean;
  /** What SIPp says went wrong. */
  errors: string;
}

export interface RunningSipp {
  port: number;
  pid: number;
  /** When its calls are done, or the time is up. */
  done: Promise<SippResult>;
  /** Ends it now and gives what it has counted. */
  stop: () => Promise<SippResult>;
}

/** Starts SIPp as a client or as a server, whichever the scenario is; resolves when its port is bound. */
export async function startSipp(options: SippOptions): Promise<RunningSipp> {
  const [free = 0, media = 0] = await freeUdpPorts(2);
  const port = options.port ?? free;
  const folder = mkdtempSync(join(options.folder, `${options.scenario}-`));
  const child = new Child(toolPath('sipp'), sippArguments(options, { port, media, folder }), { name: `sipp ${options.scenario}`, cwd: folder });
  const done = child.exited.then(({ code }) => outcome(folder, code));
  // A client may have done all its calls before anybody looks.
  await Promise.race([udpPortBound(port), child.exited]);
  return {
    port,
    pid: child.pid,
    done,
    stop: async () => {
      await child.end('SIGUSR1');
      return done;
    },
  };
}

/** Runs SIPp to its end. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  return (await startSipp(options)).done;
}

function sippArguments(options: SippOptions, own: { port: number; media: number; folder: string }): string[] {
  const { scenario, server, calls, limitSeconds, rate = 10, rows = [], words = {}, lossPercent, extra = [] } = options;
  const inject = join(own.folder, 'rows.csv');
  writeFileSync(inject, ['SEQUENTIAL', ...rows.map((row) => row.join(';'))].join('\n') + '\n');
  return [
    `${LOOPBACK}:${server}`,
    ...['-sf', join(repository, 'test/interop/sipp', `${scenario}.xml`)],
    ...['-i', LOOPBACK, '-p', String(own.port), '-mp', String(own.media)],
    ...['-m', String(calls), '-r', String(rate), '-timeout', `${limitSeconds}s`, '-timeout_error'],
    ...(rows.length > 0 ? ['-inf', inject] : []),
    ...Object.entries(words).flatMap(([word, value]) => ['-key', word, value]),
    ...(lossPercent === undefined ? [] : ['-lost', String(lossPercent)]),
    ...['-nostdin', '-skip_rlimit', '-buff_size', String(SOCKET_BUFFER_BYTES), '-timer_resol', String(TIMER_STEP_MS)],
    ...['-trace_stat', '-stf', join(own.folder, 'statistics.csv'), '-fd', String(STATISTICS_PERIOD_S)],
    ...['-trace_err', '-error_file', join(own.folder, 'errors.log')],
    ...extra,
  ];
}

function outcome(folder: string, code: number | null): SippResult {
  const errorLog = join(folder, 'errors.log');
  const errors = existsSync(errorLog) ? readFileSync(errorLog, 'utf8').slice(0, MAX_QUOTED_ERRORS) : '';
  const file = join(folder, 'statistics.csv');
  if (!existsSync(file)) throw new Error(`sipp ended with ${code ?? 'a signal'} before it had counted anything: ${errors}`);
  const statistics = readStatistics(file);
  return { ...statistics, ok: code === 0 && statistics.failed === 0, errors };
}
