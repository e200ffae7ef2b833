/** The daemon with streamers and fronts around it, on an in-memory network in virtual time. */

import { silentLogger } from '../../../shared/log/logger.ts';
import { Agent } from '../../../shared/sip/agent/agent.ts';
import type { AgentOptions } from '../../../shared/sip/agent/agent.ts';
import { SipResponse } from '../../../shared/sip/message/message.ts';
import type { SipMessage } from '../../../shared/sip/message/message.ts';
import { sipUri } from '../../../shared/sip/message/uri.ts';
import { parseMessage } from '../../../shared/sip/parser/parser.ts';
import type { Address, Transport } from '../../../shared/sip/transport/transport.ts';
import { createDaemon } from '../../../signaling/daemon.ts';
import type { Daemon, DaemonOptions } from '../../../signaling/daemon.ts';
import type { Session } from '../../../signaling/directory/entries.ts';
import { LossyTransport } from '../sip/lossy-transport.ts';
import type { Impairment } from '../sip/lossy-transport.ts';
import { MemoryNetwork } from '../sip/memory-network.ts';
import { VirtualClock } from '../sip/virtual-clock.ts';
import { registerOptions, requestBytes } from './requests.ts';
import type { RegisterOptions, RequestOptions } from './requests.ts';
import { VolatileDirectory, VolatileStore } from './volatile-directory.ts';

export const DAEMON: Address = { host: '127.0.0.1', port: 5060 };
export const DAEMON_URI = 'sip:127.0.0.1:5060';
/** When the daemon is started, in ms since 1970. */
export const STARTED_AT = Date.UTC(2029, 0, 1);

/** Sends bytes and keeps what comes back. */
export class RawClient {
  readonly received: SipMessage[] = [];
  readonly #stage: Stage;
  readonly #transport: Transport;

  constructor(stage: Stage, address: Address) {
    this.#stage = stage;
    this.#transport = stage.network.attach(address);
    this.#transport.onDatagram((datagram) => this.received.push(parseMessage(datagram)));
  }

  get responses(): SipResponse[] {
    return this.received.filter((message) => message instanceof SipResponse);
  }

  send(bytes: Buffer, to: Address = DAEMON): void {
    this.#transport.send(bytes, to);
  }

  /** Sends a request and gives the first final response to it. */
  async ask(method: string, options: RequestOptions = {}): Promise<SipResponse> {
    const { host, port } = this.#transport.local;
    const bytes = requestBytes(method, { uri: DAEMON_URI, via: `${host}:${port}`, ...options });
    const branch = parseMessage(bytes).topVia.branch;
    this.send(bytes);
    for (let step = 0; step < 100; step++) {
      await this.#stage.clock.advance(10);
      const response = this.responses.find(({ topVia, status }) => topVia.branch === branch && status >= 200);
      if (response) return response;
    }
    throw new Error(`${method} was not answered within a second`);
  }

  register(name: string, options: RegisterOptions = {}): Promise<SipResponse> {
    const { host, port } = this.#transport.local;
    return this.ask('REGISTER', registerOptions(name, { contacts: [`<${sipUri(name, host, port)}>`], ...options }));
  }
}

export class Stage {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork({ clock: this.clock, delayMs: 1 });
  readonly store = new VolatileStore();
  directory: VolatileDirectory;
  daemon: Daemon;
  readonly #options: Partial<DaemonOptions>;
  readonly #impairment: Impairment | undefined;

  /** @param impairment what befalls every datagram to and from the daemon */
  constructor(options: Partial<DaemonOptions> = {}, impairment?: Impairment) {
    this.#options = options;
    this.#impairment = impairment;
    [this.directory, this.daemon] = this.#start();
  }

  raw(port: number, host = '127.0.0.1'): RawClient {
    return new RawClient(this, { host, port });
  }

  agent(port: number, options: Partial<AgentOptions> = {}): Agent {
    return new Agent({ transport: this.network.attach({ host: '127.0.0.1', port }), clock: this.clock, ...options });
  }

  /** An agent that has registered this name. */
  async streamer(name: string, port: number, options: RegisterOptions = {}): Promise<Agent> {
    const contact = sipUri(name, '127.0.0.1', port);
    const agent = this.agent(port, { contact });
    const { contacts = [`<${contact}>`], expires = 3600, info } = options;
    const request = agent.createRequest('REGISTER', DAEMON_URI, {
      from: sipUri(name, '127.0.0.1'),
      to: sipUri(name, '127.0.0.1'),
      headers: [...contacts.map((value): [string, string] => ['Contact', value]), ['Expires', String(expires)]],
      ...(info === undefined ? {} : { body: JSON.stringify(info), contentType: 'application/json' }),
    });
    const response = await this.clock.until(agent.request(request, { nextHop: DAEMON }));
    if (response.status !== 200) throw new Error(`REGISTER was answered ${response.status}`);
    return agent;
  }

  /** The daemon dies, with what was not durable, and starts again. */
  async restart(): Promise<void> {
    await this.die();
    this.start();
  }

  /** Its next life. */
  start(): void {
    [this.directory, this.daemon] = this.#start();
  }

  /** As by kill -9: nothing is flushed, nobody is told. */
  async die(): Promise<void> {
    const { streamers, sessions, subscriptions } = this.store;
    await this.clock.until(this.daemon.close());
    Object.assign(this.store, { streamers, sessions, subscriptions });
  }

  sessions(): Session[] {
    return [...this.directory.sessions.values()];
  }

  #impaired(transport: Transport): Transport {
    const impairment = this.#impairment;
    return impairment ? new LossyTransport(transport, { seed: 1, clock: this.clock, outgoing: impairment, incoming: impairment }) : transport;
  }

  #start(): [VolatileDirectory, Daemon] {
    const directory = new VolatileDirectory(this.clock, this.store);
    const daemon = createDaemon({
      directory,
      transport: this.#impaired(this.network.attach(DAEMON)),
      log: silentLogger,
      clock: this.clock,
      startedAt: STARTED_AT + this.clock.now(),
      ...this.#options,
    });
    return [directory, daemon];
  }
}
