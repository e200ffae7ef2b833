/** Whether the services can have their ports, and who else has them. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { explainBindError } from '../cli/bind-error.ts';
import { failure, ok } from './finding.ts';
import type { Finding } from './finding.ts';
import { ownerOfPort } from './port-owner.ts';
import type { Protocol } from './port-owner.ts';

export interface Place {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  /** How another port is chosen. */
  readonly choose: string;
}

/** What became of an attempt to have a port: undefined when it was had. */
export function attempt({ protocol, host, port }: Place): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    if (protocol === 'udp') {
      const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
      socket.once('error', (error: NodeJS.ErrnoException) => socket.close(() => resolve(error)));
      socket.bind(port, host, () => socket.close(() => resolve(undefined)));
    } else {
      const server = createServer();
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error));
      server.listen(port, host, () => server.close(() => resolve(undefined)));
    }
  });
}

/**
 * @param outcome of the attempt
 * @param service what of ours answers there, such as `sipcast-front/0.1.0`
 */
export function checkPort(place: Place, outcome: NodeJS.ErrnoException | undefined, service: string | undefined): Finding {
  const { protocol, host, port, choose } = place;
  const check = `${protocol}-port`;
  const where = `${protocol.toUpperCase()} port ${port} of ${host}`;
  if (service !== undefined) return ok(check, `${where} is in use by ${service}`);
  if (outcome === undefined) return ok(check, `${where} is free`);
  if (outcome.code === 'EADDRINUSE') return failure(check, `${where} is in use by ${ownerOfPort(protocol, port) ?? 'another program'}`, `stop that one, or choose another port by ${choose}`);
  return failure(check, explainBindError(outcome) ?? `${where} cannot be had (${outcome.message})`, `choose another by ${choose}`);
}
