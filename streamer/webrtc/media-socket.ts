/**
 * The one UDP socket of a viewer. werift would gather by itself, with a socket for each address and a question to a stranger's
 * STUN server; here all addresses share a port, and nobody is asked.
 */
import { once } from 'node:events';
import type { StunProtocol, UdpTransport } from 'werift';
import type { MediaAddresses } from './addresses.ts';
import type { IceAgent, Receiver } from './internals.ts';
import { werift } from './werift.ts';

const RTP_COMPONENT = 1;
/** Room for a burst from the latest keyframe. */
const SEND_BUFFER_BYTES = 512 * 1024;

/** Its own factory binds before anybody can listen for an error, which then ends the process. */
const Transport = werift.UdpTransport as unknown as new (type: 'udp4') => UdpTransport;

export interface MediaSocket {
  readonly protocol: StunProtocol;
  readonly port: number;
}

/**
 * Binds a socket and makes it the agent's only way to the world.
 * @param onError hears what goes wrong with the socket later, such as an unreachable network
 * @throws what binding throws, such as EADDRNOTAVAIL
 */
export async function openMediaSocket(agent: IceAgent, { bind, offered }: MediaAddresses, onError: (error: Error) => void): Promise<MediaSocket> {
  const protocol = new werift.StunProtocol();
  agent.ensureProtocol(protocol);
  const transport = new Transport('udp4');
  const { socket } = transport;
  const listening = once(socket, 'listening');
  socket.bind({ address: bind, port: 0, exclusive: true });
  await listening;
  socket.on('error', onError);
  socket.setSendBufferSize(SEND_BUFFER_BYTES);
  transport.onData = (data, address) => (protocol as unknown as Receiver).datagramReceived(data, address);
  protocol.transport = transport;
  const { port } = socket.address();
  agent.localCandidates = offered.map((address, order) => hostCandidate(address, port, offered.length - order));
  [protocol.localCandidate] = agent.localCandidates;
  protocol.localIp = offered[0];
  agent.protocols.push(protocol);
  agent.stunServer = undefined;
  agent.localCandidatesStart = true;
  agent.localCandidatesEnd = true;
  return { protocol, port };
}

/**
 * Any positive priorities will do that keep the order (RFC 8445 §5.1.2): there are only host candidates here, and those that the
 * recommended formula yields take ten digits each.
 */
function hostCandidate(address: string, port: number, priority: number) {
  return new werift.Candidate(String(priority), RTP_COMPONENT, 'udp', priority, address, port, 'host');
}
