/** The clock: whether the time of day runs evenly, and whether somebody keeps it right. Tokens and certificates expire by it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const MEASURED_MS = 300;
/** More than a clock that is slewed gains. */
const STEP_MS = 20;
const READINGS = 9;
const COMMAND_LIMIT_MS = 2_000;
/** systemd-timesyncd touches it when it has set the clock. */
const SYNCHRONIZED_FILE = '/run/systemd/timesync/synchronized';

/** What tells whether the clock is kept right; undefined where nothing does. */
export type Synchronization = () => Promise<boolean | undefined>;

export async function checkClock(synchronized: Synchronization = askSystem, wallClock: () => number = Date.now): Promise<Finding> {
  const before = offset(wallClock);
  const [kept] = await Promise.all([synchronized(), wait(MEASURED_MS)]);
  const skew = Math.round(offset(wallClock) - before);
  if (Math.abs(skew) > STEP_MS) {
    return warning('clock', `the time of day was set by ${skew} ms while it was watched`, 'let one program alone set it, and slowly: tokens and certificates expire by it');
  }
  if (kept === false) return warning('clock', 'nothing keeps the clock right', 'switch on NTP (timedatectl set-ntp true): tokens and certificates expire by it');
  return ok('clock', kept === true ? 'the clock runs evenly and is kept right by NTP' : 'the clock runs evenly; whether NTP keeps it right is unknown');
}

/** How far the time of day is ahead of the monotonic clock, ms: of several readings the one that was interrupted least. */
function offset(wallClock: () => number): number {
  const readings = Array.from({ length: READINGS }, () => {
    const began = performance.now();
    const wall = wallClock();
    const ended = performance.now();
    return { took: ended - began, ahead: wall - (began + ended) / 2 };
  });
  return readings.reduce((best, reading) => (reading.took < best.took ? reading : best)).ahead;
}

async function askSystem(): Promise<boolean | undefined> {
  if (existsSync(SYNCHRONIZED_FILE)) return true;
  const answer = await said('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  if (answer === 'yes') return true;
  return answer === 'no' ? false : undefined;
}

function said(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: COMMAND_LIMIT_MS }, (error, stdout) => resolve(error === null ? stdout.trim() : undefined));
  });
}
