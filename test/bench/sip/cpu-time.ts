/** CPU time of a process, its threads and its children, to the nanosecond: /proc/PID/task/TID/schedstat. Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

const NS_PER_US = 1000;

/** The process and its direct children: Kamailio forks its workers. */
export function processTree(pid: number): number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid);
  return [pid, ...children.map(Number)];
}

/** Microseconds that these processes have run so far; those that have ended do not count. */
export function cpuMicroseconds(pids: readonly number[]): number {
  return pids.flatMap(threadsOf).reduce((sum, file) => sum + runNanoseconds(file), 0) / NS_PER_US;
}

/** Resident memory of the process, MB. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? NaN) / 1024;
}

function threadsOf(pid: number): string[] {
  return listed(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);
}

function runNanoseconds(file: string): number {
  return Number(contents(file).split(' ')[0] ?? 0);
}

function parentOf(pid: number): number | undefined {
  const stat = contents(`/proc/${pid}/stat`);
  // The name of the program, in brackets, may hold anything.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** What has just ended is empty. */
function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
