/** A UDP socket whose file descriptor is known, which Node tells nobody of those that it opens itself. */
import { getSystemErrorName } from 'node:util';
import { AF_INET, SOCKADDR_BYTES, socketAddress } from './layout.ts';
import type { Libraries } from './libraries.ts';
import { Memory } from './memory.ts';

const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SCRATCH_BYTES = 4096;

/** What could not be done with a socket; `code` is that of the system, such as EADDRINUSE. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly code: string;

  constructor(what: string, errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${what}: ${code}`);
    this.code = code;
  }
}

/**
 * Opens a socket and binds it; whoever gets the descriptor has to close it.
 * @param port 0 for any
 * @throws SocketError
 */
export function bindSocket(libraries: Libraries, host: string, port: number): number {
  const fd = libraries.socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new SocketError('No UDP socket can be opened', libraries.errno());
  const memory = new Memory(libraries, SCRATCH_BYTES);
  [memory.words[0], memory.words[1]] = socketAddress(host, port);
  if (libraries.bind(fd, memory.address, SOCKADDR_BYTES) === 0) return fd;
  const errno = libraries.errno();
  libraries.close(fd);
  throw new SocketError(`UDP ${host}:${port} cannot be bound`, errno);
}
