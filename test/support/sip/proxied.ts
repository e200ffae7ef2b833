/** A caller, a proxy for a domain, and people in that domain, on an in-memory network with virtual time. */

import { Agent, type AgentOptions } from '../../../shared/sip/agent/agent.ts';
import { Proxy, type ProxyOptions } from '../../../shared/sip/proxy/proxy.ts';
import type { RelayHooks, Relaying, Target } from '../../../shared/sip/proxy/response-context.ts';
import { TransactionLayer } from '../../../shared/sip/transaction/layer.ts';
import { MemoryNetwork } from './memory-network.ts';
import { summary } from './pair.ts';
import { VirtualClock } from './virtual-clock.ts';

export const PROXY = { host: '10.0.0.5', port: 5060 };
export const PROXY_URI = 'sip:10.0.0.5:5060';

export class ProxiedNetwork {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork({ clock: this.clock, delayMs: 5 });
  /** Where each name is reached. */
  readonly bindings = new Map<string, Target[]>();
  readonly hooks: RelayHooks = {};
  /** The last request to a name. */
  relaying: Relaying | undefined;
  layer: TransactionLayer;
  proxy: Proxy;
  readonly #options: Partial<ProxyOptions>;
  readonly #names = new Map<string, string>([[PROXY.host, 'proxy']]);

  constructor(options: Partial<ProxyOptions> = {}, hooks: RelayHooks = {}) {
    this.#options = options;
    this.hooks = hooks;
    [this.layer, this.proxy] = this.#startProxy();
  }

  /** An agent at `host`, and a binding for `name` when it has one. */
  agent(host: string, name?: string, options: Partial<AgentOptions> = {}, q?: number): Agent {
    const agent = new Agent({ transport: this.network.attach({ host, port: 5060 }), clock: this.clock, contact: `sip:${name ?? 'caller'}@${host}:5060`, ...options });
    this.#names.set(host, `${name ?? 'caller'}${this.#names.size > 2 ? host.slice(host.lastIndexOf('.')) : ''}`);
    if (name !== undefined) this.bindings.set(name, [...(this.bindings.get(name) ?? []), { uri: `sip:${name}@${host}:5060`, ...(q === undefined ? {} : { q }) }]);
    return agent;
  }

  /** The proxy forgets everything and comes back at the same address. */
  async restartProxy(): Promise<void> {
    await this.layer.close();
    [this.layer, this.proxy] = this.#startProxy();
  }

  /** What went over the network, as `caller>proxy INVITE 1`. */
  log(): string[] {
    return this.network.sent.map(({ from, to, datagram }) => `${this.#nameOf(from.host)}>${this.#nameOf(to.host)} ${summary(datagram)}`);
  }

  #nameOf(host: string): string {
    return this.#names.get(host) ?? host;
  }

  #startProxy(): [TransactionLayer, Proxy] {
    const layer = new TransactionLayer({ transport: this.network.attach(PROXY), clock: this.clock });
    const proxy = new Proxy({ layer, recordRoute: `${PROXY_URI};lr`, ...this.#options });
    layer.onRequest((transaction) => {
      const disposition = proxy.receive(transaction);
      if (disposition === 'elsewhere') proxy.relay(transaction, undefined, this.hooks);
      else if (disposition === 'ours') this.relaying = proxy.relay(transaction, this.bindings.get(transaction.request.parsedUri().user ?? '') ?? [], this.hooks);
    });
    layer.onAck((ack) => void proxy.relayAck(ack));
    return [layer, proxy];
  }
}
