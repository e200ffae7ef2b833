/** Which port a service can have: its usual one, or one near it where another program has that. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** How many ports after the usual one are tried before the system may choose any. */
const NEARBY_PORTS = 20;

export type Protocol = 'udp' | 'tcp';

/** The first free port from `usual` on, else 0: let the system choose. */
export async function freePort(protocol: Protocol, host: string, usual: number): Promise<number> {
  for (let port = usual; port < usual + NEARBY_PORTS; port += 1) {
    if (await isFree(protocol, host, port)) return port;
  }
  return 0;
}

function isFree(protocol: Protocol, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4');
      socket.once('error', () => resolve(false));
      socket.bind(port, host, () => socket.close(() => resolve(true)));
    } else {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, host, () => server.close(() => resolve(true)));
    }
  });
}
