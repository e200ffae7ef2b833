/** The address under which another host finds this one: the one that the system would send from. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';

const WILDCARDS = new Set(['0.0.0.0', '::']);

/**
 * @param bound what our socket is bound to; told as it is unless it means every address
 * @param peer whom we talk to; nothing is sent to him
 */
export async function ownAddress(bound: string, peer: { readonly host: string; readonly port: number }): Promise<string> {
  if (!WILDCARDS.has(bound)) return bound;
  const socket = createSocket(isIP(peer.host) === 6 ? 'udp6' : 'udp4');
  try {
    const connected = once(socket, 'connect');
    socket.connect(peer.port, peer.host);
    await connected;
    return socket.address().address;
  } catch {
    return bound;
  } finally {
    socket.close();
  }
}
