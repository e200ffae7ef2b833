/** Says in one sentence why an address could not be bound, and what to do. */

interface BindError extends Error {
  code: string;
  address?: string;
  port?: number;
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses it; stop that one or choose another port',
  EACCES: 'this user may not use it; choose a port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; see --host',
  ENOTFOUND: 'no such host name; see --host',
};

/** The sentence for a failed bind, looking through wrapped causes; undefined when `error` is something else. */
export function explainBindError(error: unknown): string | undefined {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if (!isBindError(current)) continue;
    const port = current.port === undefined ? '' : `:${current.port}`;
    return `cannot listen on ${current.address ?? 'the address'}${port}: ${EXPLANATIONS[current.code] ?? current.code}`;
  }
  return undefined;
}

function isBindError(error: Error): error is BindError {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code !== undefined && code in EXPLANATIONS && (syscall === 'bind' || syscall === 'listen' || syscall === 'getaddrinfo');
}
