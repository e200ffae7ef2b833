/** Which process has a port, where Linux tells (/proc): of another user's processes it tells root alone. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type Protocol = 'udp' | 'tcp';

/** Columns of /proc/net/udp and tcp. */
const LOCAL_ADDRESS = 1;
const STATE = 3;
const INODE = 9;
const LISTENING = '0A';
const HEXADECIMAL = 16;

/** Such as `kamailio (1234)`; undefined where that is not to be known. */
export function ownerOfPort(protocol: Protocol, port: number): string | undefined {
  const sockets = new Set([protocol, `${protocol}6`].flatMap((table) => socketsAt(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  const process = list('/proc').find((id) => /^\d+$/.test(id) && list(`/proc/${id}/fd`).some((file) => sockets.has(target(`/proc/${id}/fd/${file}`))));
  return process === undefined ? undefined : `${nameOf(process)} (${process})`;
}

function socketsAt(table: string, port: number): string[] {
  return read(`/proc/net/${table}`)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => parseInt(columns[LOCAL_ADDRESS]?.split(':')[1] ?? '', HEXADECIMAL) === port && (table.startsWith('udp') || columns[STATE] === LISTENING))
    .flatMap((columns) => columns[INODE] ?? []);
}

/** Its script where it is one of Node's, else its program. */
function nameOf(process: string): string {
  const [program = '', ...words] = read(`/proc/${process}/cmdline`).split('\0');
  const script = words.find((word) => word.endsWith('.js'));
  return script ?? (program || 'a process');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function target(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
