/**
 * A caller and a callee with two proxies between them that share what they know, on an in-memory network with virtual time: each
 * takes the Routes of both, as daemons with one directory do, and can die and come back.
 */
import { Agent, type AgentOptions } from '../../../shared/sip/agent/agent.ts';
import { Servers } from '../../../shared/sip/locating/servers.ts';
import { Proxy } from '../../../shared/sip/proxy/proxy.ts';
import { TransactionLayer } from '../../../shared/sip/transaction/layer.ts';
import type { ServerTransaction } from '../../../shared/sip/transaction/server.ts';
import type { Transport } from '../../../shared/sip/transport/transport.ts';
import { LossyTransport, type Impairment } from './lossy-transport.ts';
import { MemoryNetwork } from './memory-network.ts';
import { summary } from './pair.ts';
import { VirtualClock } from './virtual-clock.ts';

export const FIRST = { host: '10.0.0.1', port: 5060 };
export const SECOND = { host: '10.0.0.2', port: 5060 };
export const CALLER = { host: '10.0.1.1', port: 5060 };
export const CALLEE = { host: '10.0.1.2', port: 5060 };
/** Stands for both servers. */
export const DOMAIN = { host: 'cast.test', port: 5060 };
export const DOMAIN_URI = 'sip:cast.test';
export const CALLEE_URI = 'sip:callee@cast.test';

const NAMES = new Map([[FIRST.host, 'first'], [SECOND.host, 'second'], [CALLER.host, 'caller'], [CALLEE.host, 'callee']]);

/** One of the two. */
export class ServerOfTwo {
  agent!: Agent;
  /** What it does with requests that are for itself; 200 unless told otherwise. */
  serve: (transaction: ServerTransaction, agent: Agent) => void = (transaction, agent) => agent.receive(transaction);
  /** Whether what it is about to send gets lost. */
  loses: (summary: string) => boolean = () => false;
  /** Called before it sends: it dies there where that is true. */
  diesBefore: (summary: string) => boolean = () => false;
  readonly #network: MemoryNetwork;
  readonly #address: typeof FIRST;
  #layer: TransactionLayer | undefined;

  constructor(network: MemoryNetwork, address: typeof FIRST) {
    this.#network = network;
    this.#address = address;
    this.start();
  }

  start(): void {
    const { clock } = this.#network;
    const inner = this.#network.attach(this.#address);
    const transport: Transport = {
      local: inner.local,
      send: (datagram, to) => {
        if (this.diesBefore(summary(datagram))) this.kill();
        if (this.#layer === layer && !this.loses(summary(datagram))) inner.send(datagram, to);
      },
      onDatagram: (listener) => inner.onDatagram(listener),
      onError: (listener) => inner.onError(listener),
      close: () => inner.close(),
    };
    const layer = new TransactionLayer({ transport, clock });
    this.#layer = layer;
    const { host } = this.#address;
    const isOurs = ({ host: named }: { host: string }): boolean => named === DOMAIN.host;
    const proxy = new Proxy({ layer, recordRoute: `sip:${host}:5060;lr`, isOurs, forward503: true });
    const agent = (this.agent = new Agent({ layer, contact: `sip:${host}:5060` }));
    agent.handle('REGISTER', (incoming) => incoming.reply(200));
    /** The Route of either is taken off by either. */
    const takeRoute = (request: ServerTransaction['request']): void => {
      const [route] = request.routes;
      if (route && [FIRST.host, SECOND.host].includes(route.parsedUri().host)) request.headers.removeFirstValue('Route');
    };
    layer.onRequest((transaction) => {
      const { request } = transaction;
      takeRoute(request);
      const disposition = proxy.receive(transaction);
      if (disposition === 'answered') return;
      if (request.to.tag === undefined && request.parsedUri().user !== undefined) proxy.relay(transaction, [{ uri: `sip:callee@${CALLEE.host}:5060` }]);
      else if (disposition === 'elsewhere') proxy.relay(transaction);
      else this.serve(transaction, agent);
    });
    layer.onAck((ack) => {
      takeRoute(ack);
      proxy.relayAck(ack);
    });
  }

  /** Without a word. */
  kill(): void {
    const layer = this.#layer;
    this.#layer = undefined;
    void layer?.close();
  }
}

export interface TwoServersOptions {
  readonly caller?: Partial<AgentOptions>;
  readonly callee?: Partial<AgentOptions>;
  /** What the network does to what the caller sends and receives. */
  readonly impairment?: Impairment;
  readonly seed?: number;
}

export function twoServers(options: TwoServersOptions = {}) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: 5 });
  const [first, second] = [new ServerOfTwo(network, FIRST), new ServerOfTwo(network, SECOND)];
  const servers = () => new Servers({ domain: DOMAIN, known: [FIRST, SECOND], clock });
  const attached = network.attach(CALLER);
  const { impairment } = options;
  const transport = impairment ? new LossyTransport(attached, { seed: options.seed ?? 1, clock, outgoing: impairment, incoming: impairment }) : attached;
  const caller = new Agent({ transport, clock, servers: servers(), ...options.caller });
  const callee = new Agent({ transport: network.attach(CALLEE), clock, servers: servers(), ...options.callee });
  return {
    clock,
    network,
    first,
    second,
    caller,
    callee,
    /** What went over the network, as `caller>first INVITE 1`; questions whether a server is there are left out, and their answers. */
    log: (): string[] =>
      network.sent
        .map(({ from, to, datagram }) => `${NAMES.get(from.host) ?? from.host}>${NAMES.get(to.host) ?? to.host} ${summary(datagram)}`)
        .filter((line) => !line.includes('OPTIONS')),
    close: async () => {
      await clock.until(Promise.all([caller.close(), callee.close()]));
      first.kill();
      second.kill();
    },
  };
}
