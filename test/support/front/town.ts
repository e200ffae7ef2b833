/**
 * Fronts with their people around one daemon, in one process and virtual time: pages are scripts that speak the protocol of
 * docs/people.md without a WebSocket, everything behind them is the real thing.
 */
import { Company } from '../../../front/company.ts';
import { adhocAdmission } from '../../../front/meetings/admission.ts';
import type { RoomAdmission } from '../../../front/meetings/admission.ts';
import type { Page } from '../../../front/people/page.ts';
import { Domain } from '../../../front/sip/domain.ts';
import { Viewer } from '../../../front/viewers/viewer.ts';
import { silentLogger } from '../../../shared/log/logger.ts';
import { Agent, parseMessage, SipRequest, systemRandom } from '../../../shared/sip/index.ts';
import type { Transport } from '../../../shared/sip/index.ts';
import { createDaemon } from '../../../signaling/daemon.ts';
import type { Daemon } from '../../../signaling/daemon.ts';
import { VolatileDirectory, VolatileStore } from '../signaling/volatile-directory.ts';
import { TownForwarding } from './town-forwarding.ts';
import { LossyTransport } from '../sip/lossy-transport.ts';
import { MemoryNetwork } from '../sip/memory-network.ts';
import { VirtualClock } from '../sip/virtual-clock.ts';
import { Focus } from '../../../streamer/rooms/focus.ts';
import { Registration } from '../../../shared/registration/registration.ts';

export const TOWN_DAEMON = { host: '10.0.0.1', port: 5060 };
/** Milliseconds since 1970 when the clock begins. */
export const TOWN_EPOCH_MS = Date.UTC(2029, 0, 1);

type Message = Record<string, unknown>;

/** A page that is a script: it asks, and keeps what it is told. */
export class ScriptedPage implements Page {
  readonly viewer: Viewer;
  readonly told: Message[] = [];
  readonly #front: TownFront;
  #requests = 0;

  constructor(front: TownFront, viewer: Viewer) {
    this.#front = front;
    this.viewer = viewer;
  }

  tell(message: object): void {
    // As it comes out of a WebSocket.
    this.told.push(JSON.parse(JSON.stringify(message)) as Message);
  }

  /** Asks for something and lets time pass until it is answered. @returns the reply or the error */
  async ask(type: string, body: object = {}): Promise<Message> {
    const id = this.begin(type, body);
    for (let step = 0; step < 10_000; step++) {
      const answer = this.told.find((message) => message['id'] === id);
      if (answer) return answer;
      await this.#front.clock.advance(10);
    }
    throw new Error(`${type} was not answered`);
  }

  /** Asks for something without waiting. @returns its number */
  begin(type: string, body: object = {}): number {
    const id = ++this.#requests;
    void this.#front.company.desk.serve(this, { type, id, ...body });
    return id;
  }

  /** What it was told of this type, and of this call where one is given. */
  of(type: string, call?: unknown): Message[] {
    return this.told.filter((message) => message['type'] === type && (call === undefined || message['call'] === call));
  }

  last(type: string): Message | undefined {
    return this.of(type).at(-1);
  }

  /** Its connection is lost. */
  close(): void {
    this.viewer.sockets.delete(this.#socket);
    this.#front.company.pages.delete(this);
  }

  open(): void {
    this.viewer.sockets.add(this.#socket);
    this.#front.company.pages.add(this);
  }

  readonly #socket = { send: (text: string) => void this.told.push(JSON.parse(text) as Message), close: () => undefined };
}

export class TownFront {
  readonly clock: VirtualClock;
  readonly agent: Agent;
  readonly company: Company;
  readonly viewers = new Map<string, Viewer>();

  constructor(clock: VirtualClock, transport: Transport, admission: RoomAdmission) {
    this.clock = clock;
    this.agent = new Agent({ transport, clock });
    this.company = new Company({
      agent: this.agent,
      domain: new Domain(TOWN_DAEMON),
      admission,
      find: (name) => this.viewers.get(name),
      name: 'front',
      clock,
      random: systemRandom,
      wallClock: () => TOWN_EPOCH_MS + clock.now(),
      log: silentLogger,
    });
    this.company.start();
  }

  /** The viewer gets another name. */
  rename(viewer: Viewer, name: string): void {
    this.viewers.delete(viewer.name);
    this.viewers.set(name, viewer);
    Object.assign(viewer, { name });
    this.company.renamed(viewer);
  }

  /** Opens a page of somebody, and lets him become reachable. @param waitMs how long that is waited for */
  async page(name: string, waitMs = 100): Promise<ScriptedPage> {
    const viewer = this.viewers.get(name) ?? new Viewer(name, `token of ${name}`, '127.0.0.1');
    this.viewers.set(name, viewer);
    const page = new ScriptedPage(this, viewer);
    page.open();
    await this.clock.advance(waitMs);
    return page;
  }
}

export interface TownFocus {
  readonly agent: Agent;
  readonly focus: Focus;
  readonly forwarding: TownForwarding;
}

export interface TownOptions {
  /** Share of datagrams that every front loses, in both directions. */
  readonly loss?: number;
  readonly admission?: RoomAdmission;
}

export class Town {
  readonly clock = new VirtualClock();
  readonly network = new MemoryNetwork({ clock: this.clock, delayMs: 2 });
  readonly #store = new VolatileStore();
  #daemon: Daemon | undefined;
  readonly #options: TownOptions;
  readonly #agents: Agent[] = [];
  #hosts = 1;

  constructor(options: TownOptions = {}) {
    this.#options = options;
    this.startDaemon();
  }

  startDaemon(): void {
    const unlimited = { perSecond: Infinity, burst: Infinity };
    this.#daemon = createDaemon({
      directory: new VolatileDirectory(this.clock, this.#store),
      transport: this.network.attach(TOWN_DAEMON),
      log: silentLogger,
      clock: this.clock,
      startedAt: TOWN_EPOCH_MS + this.clock.now(),
      rateLimits: { strangers: unlimited, known: unlimited },
    });
  }

  async stopDaemon(): Promise<void> {
    if (this.#daemon) await this.clock.until(this.#daemon.close());
    this.#daemon = undefined;
  }

  async restartDaemon(): Promise<void> {
    await this.stopDaemon();
    this.startDaemon();
  }

  front(): TownFront {
    const front = new TownFront(this.clock, this.#transport(), this.#options.admission ?? adhocAdmission);
    this.#agents.push(front.agent);
    return front;
  }

  /** A process that hosts rooms, registered at the daemon; what media it has is a script. */
  async focus(name = 'rooms'): Promise<TownFocus> {
    const agent = this.agent();
    const forwarding = new TownForwarding();
    const { clock } = this;
    const focus = new Focus({ agent, forwarding, maxMembers: 100, clock, wallClock: () => TOWN_EPOCH_MS + clock.now(), random: () => 0.5, log: silentLogger });
    const domain = new Domain(TOWN_DAEMON);
    const { host, port } = agent.local;
    const registration = new Registration({
      ...{ agent, clock, random: () => 0.5, log: silentLogger, registrar: domain.uri, addressOfRecord: domain.addressOf(name) },
      ...{ contact: `sip:${name}@${host}:${port}`, callId: name, tag: name, body: '{"kind":"focus"}', contentType: 'application/json' },
    });
    registration.start();
    await clock.advance(100);
    return { agent, focus, forwarding };
  }

  /** Somebody else's user agent, on a host of its own. */
  agent(): Agent {
    const agent = new Agent({ transport: this.#transport(), clock: this.clock });
    this.#agents.push(agent);
    return agent;
  }

  /** Every request of a method that was sent so far, by anybody and repetitions included. */
  sent(method: string): { readonly request: SipRequest; readonly bytes: number; readonly at: number }[] {
    return this.network.sent.flatMap(({ datagram, at }) => {
      const request = parseMessage(datagram);
      return request instanceof SipRequest && request.method === method ? [{ request, bytes: datagram.length, at }] : [];
    });
  }

  async close(): Promise<void> {
    await this.clock.until(Promise.all(this.#agents.map((agent) => agent.close(0))));
    await this.stopDaemon();
  }

  #transport(): Transport {
    const attached = this.network.attach({ host: `10.0.0.${++this.#hosts}`, port: 5060 });
    const { loss = 0 } = this.#options;
    return loss === 0 ? attached : new LossyTransport(attached, { seed: this.#hosts, clock: this.clock, outgoing: { loss }, incoming: { loss } });
  }
}
