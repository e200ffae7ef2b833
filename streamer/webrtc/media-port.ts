/**
 * The one UDP port at which all viewers of a thread are served. Whose a datagram is stands in a check's user name (RFC 8445 §7.3)
 * or follows from its sender: each viewer may be answered from the addresses that something was sent to for his sake.
 */
import type { StunProtocol } from 'werift';
import type { Egress, ViewerEgress } from '../egress/egress.ts';
import type { SrtpKeys } from '../srtp/keys.ts';
import type { SrtpProfile } from '../srtp/profile.ts';
import type { IceAgent, Receiver, SocketAddress } from './internals.ts';
import { usernameOf } from './stun-username.ts';
import { werift } from './werift.ts';

const RTP_COMPONENT = 1;
/** For one viewer: his candidates, those that his checks revealed, and then some. */
const MAX_ADDRESSES = 96;
/** Behind one address there may be several viewers for a moment, when a port is used anew. */
const MAX_SHARING = 4;
const MAX_PORT = 65_535;

/** One viewer's part of the port; werift takes it for its socket. */
export class MediaEndpoint {
  readonly type = 'udp';
  readonly socketType = 'udp4';
  closed = false;
  onData: (data: Buffer, address: SocketAddress) => void = () => undefined;
  /** Hears encrypted RTCP, which werift has no business with. */
  onRtcp: (datagram: Buffer) => void = () => undefined;
  readonly #port: MediaPort;
  readonly #addresses = new Set<string>();

  constructor(port: MediaPort) {
    this.#port = port;
  }

  get address(): { readonly address: string; readonly family: string; readonly port: number } {
    return { address: '0.0.0.0', family: 'IPv4', port: this.#port.number };
  }

  /** What cannot be sent is lost, as any datagram may be. */
  readonly send = (data: Buffer, [host, port]: SocketAddress): Promise<void> => {
    if (this.closed || port < 1 || port > MAX_PORT) return Promise.resolve();
    const key = `${host}:${port}`;
    if (!this.#addresses.has(key)) {
      if (this.#addresses.size >= MAX_ADDRESSES) return Promise.resolve();
      this.#addresses.add(key);
      this.#port.claim(key, this);
    }
    this.#port.send(data, host, port);
    return Promise.resolve();
  };

  readonly close = (): Promise<void> => {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    for (const key of this.#addresses) this.#port.release(key, this);
    this.#port.forget(this);
    return Promise.resolve();
  };
}

export class MediaPort {
  readonly number: number;
  readonly profiles: readonly SrtpProfile[];
  readonly #egress: Egress;
  readonly #byUsername = new Map<string, MediaEndpoint>();
  readonly #byAddress = new Map<string, readonly MediaEndpoint[]>();

  constructor(egress: Egress) {
    this.#egress = egress;
    this.number = egress.port;
    this.profiles = egress.profiles;
    egress.onDatagram((datagram, host, port) => this.#receive(datagram, host, port));
  }

  /** Viewers that are connected, or about to be. */
  get endpoints(): number {
    return this.#byUsername.size;
  }

  /** Whether another viewer has this user name fragment. */
  isTaken(username: string): boolean {
    return this.#byUsername.has(username);
  }

  /**
   * Makes this port the agent's only way to the world. werift would gather by itself, with a socket for each address and a question
   * to a stranger's STUN server; here all addresses share a port, and nobody is asked.
   * @param offered what viewers are told, in order of preference; at least one
   */
  attach(agent: IceAgent, offered: readonly string[]): MediaEndpoint {
    const protocol = new werift.StunProtocol();
    agent.ensureProtocol(protocol);
    const endpoint = new MediaEndpoint(this);
    endpoint.onData = (data, address) => (protocol as unknown as Receiver).datagramReceived(data, address);
    protocol.transport = endpoint as unknown as StunProtocol['transport'];
    this.#byUsername.set(agent.localUsername, endpoint);
    agent.localCandidates = offered.map((address, order) => hostCandidate(address, this.number, offered.length - order));
    [protocol.localCandidate] = agent.localCandidates;
    protocol.localIp = offered[0];
    agent.protocols.push(protocol);
    agent.stunServer = undefined;
    agent.localCandidatesStart = true;
    agent.localCandidatesEnd = true;
    return endpoint;
  }

  /** A viewer's way out, by the keys that his handshake yielded. */
  open(keys: SrtpKeys): ViewerEgress {
    return this.#egress.open(keys);
  }

  flush(): void {
    this.#egress.flush();
  }

  send(data: Buffer, host: string, port: number): void {
    this.#egress.sendPlain(data, host, port);
  }

  claim(key: string, endpoint: MediaEndpoint): void {
    this.#byAddress.set(key, [endpoint, ...(this.#byAddress.get(key) ?? [])].slice(0, MAX_SHARING));
  }

  release(key: string, endpoint: MediaEndpoint): void {
    const left = this.#byAddress.get(key)?.filter((other) => other !== endpoint) ?? [];
    if (left.length > 0) this.#byAddress.set(key, left);
    else this.#byAddress.delete(key);
  }

  forget(endpoint: MediaEndpoint): void {
    for (const [username, other] of this.#byUsername) if (other === endpoint) this.#byUsername.delete(username);
  }

  #receive(datagram: Buffer, host: string, port: number): void {
    const username = usernameOf(datagram);
    if (username !== undefined) {
      this.#byUsername.get(username)?.onData(datagram, [host, port]);
      return;
    }
    const endpoints = this.#byAddress.get(`${host}:${port}`);
    if (!endpoints) return; // a stranger
    for (const endpoint of endpoints) {
      if (isRtcp(datagram)) endpoint.onRtcp(datagram);
      else endpoint.onData(datagram, [host, port]);
    }
  }
}

/** RFC 5761 §4, RFC 7983 §7. */
function isRtcp(datagram: Buffer): boolean {
  const [first = 0, second = 0] = datagram;
  return first >= 128 && first <= 191 && second >= 192 && second <= 223;
}

/**
 * Any positive priorities will do that keep the order (RFC 8445 §5.1.2): there are only host candidates here, and those that the
 * recommended formula yields take ten digits each.
 */
function hostCandidate(address: string, port: number, priority: number) {
  return new werift.Candidate(String(priority), RTP_COMPONENT, 'udp', priority, address, port, 'host');
}
