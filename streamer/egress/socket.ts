/** The media socket as Node sees it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Room for the frames of a moment on their way out, and for the feedback of hundreds of viewers. */
const SEND_BUFFER_BYTES = 4 * 1024 * 1024;
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

type Lookup = (host: string, options: unknown, callback: (error: null, address: string, family: number) => void) => void;

/** Every address is a number already: Node's own lookup would put each packet off until the next tick. */
const lookup: Lookup = (host, _, callback) => callback(null, host, 4);

/**
 * @param binding an address, or a file descriptor that is bound already
 * @throws what binding throws, such as EADDRNOTAVAIL
 */
export async function openSocket(binding: { readonly address: string; readonly port: number; readonly exclusive: true } | { readonly fd: number }): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup });
  try {
    const listening = once(socket, 'listening'); // which may come at once, for the same reason
    socket.bind(binding);
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => undefined); // a datagram that cannot be sent is a lost datagram
  socket.setSendBufferSize(SEND_BUFFER_BYTES);
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  return socket;
}
