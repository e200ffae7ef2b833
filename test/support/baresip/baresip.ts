/** baresip, a soft phone with a stack of its own (libre): registers, calls, is called, and tells over its control socket what happens. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freeTcpPort } from '../network/tcp-ports.ts';
import { freeUdpPorts } from '../network/udp-ports.ts';
import { scratchFolder } from '../paths.ts';
import { Child } from '../processes/child.ts';
import { toolPath } from '../tools/system-tools.ts';
import { netstring, NetstringReader } from './netstrings.ts';

const MODULES = '/usr/lib/baresip/modules';
const CONNECT_LIMIT_MS = 10_000;
const RETRY_MS = 50;
const REGISTRATION_INTERVAL_S = 60;

export interface BaresipOptions {
  name: string;
  /** Port of its registrar and proxy on the loopback interface. */
  proxy: number;
  password?: string;
}

/** What baresip tells: `REGISTER_OK`, `REGISTER_FAIL`, `CALL_ESTABLISHED`, `CALL_CLOSED` … */
export interface BaresipEvent {
  type: string;
  /** What more there is to say, such as why a call was closed. */
  param?: string;
}

export class Baresip {
  readonly port: number;
  readonly #child: Child;
  readonly #socket: Socket;
  readonly #removeFolder: () => void;
  readonly #events: BaresipEvent[] = [];
  readonly #listeners = new Set<() => void>();

  private constructor(child: Child, socket: Socket, port: number, removeFolder: () => void) {
    this.#child = child;
    this.#socket = socket;
    this.port = port;
    this.#removeFolder = removeFolder;
    const reader = new NetstringReader();
    socket.on('data', (chunk) => {
      for (const text of reader.read(chunk)) this.#heard(JSON.parse(text) as BaresipEvent);
    });
  }

  /** Starts it and lets it register, which REGISTER_OK or REGISTER_FAIL will end. */
  static async start({ name, proxy, password }: BaresipOptions): Promise<Baresip> {
    const folder = scratchFolder(`baresip-${name}`);
    const [port = 0] = await freeUdpPorts(1);
    const control = await freeTcpPort();
    writeFileSync(join(folder.path, 'config'), configuration(port, control));
    writeFileSync(join(folder.path, 'accounts'), '# made when its control socket is there, so that nothing is missed\n');
    const child = new Child(toolPath('baresip'), ['-f', folder.path], { name: `baresip ${name}`, cwd: folder.path });
    const socket = await connected(control, child);
    const phone = new Baresip(child, socket, port, folder.remove);
    const trust = password === undefined ? '' : `;auth_user=${name};auth_pass=${password}`;
    phone.#command('uanew', `<sip:${name}@127.0.0.1:${proxy}>${trust};regint=${REGISTRATION_INTERVAL_S};audio_codecs=pcmu`);
    return phone;
  }

  /** Calls a SIP URI; what comes of it are events. */
  dial(uri: string): void {
    this.#command('dial', uri);
  }

  /** Takes the next call, come or still to come. */
  async answer(): Promise<void> {
    await this.event('CALL_INCOMING');
    this.#command('accept');
  }

  hangUp(): void {
    this.#command('hangup');
  }

  /** The first event of this type that was not yet taken, come or still to come. */
  async event(type: string): Promise<BaresipEvent> {
    for (;;) {
      const index = this.#events.findIndex((event) => event.type === type);
      const [found] = index < 0 ? [] : this.#events.splice(index, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  /** Ends it; it unregisters before. */
  async stop(): Promise<void> {
    this.#socket.destroy();
    await this.#child.end();
    this.#removeFolder();
  }

  #command(command: string, params?: string): void {
    this.#socket.write(netstring(JSON.stringify({ command, params })));
  }

  #heard(event: BaresipEvent): void {
    this.#events.push(event);
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

function configuration(port: number, control: number): string {
  return [
    'poll_method epoll',
    `sip_listen 127.0.0.1:${port}`,
    'net_interface 127.0.0.1',
    'audio_player aubridge,nil',
    'audio_source aubridge,nil',
    'audio_alert aubridge,nil',
    `module_path ${MODULES}`,
    ...['g711', 'aubridge'].map((name) => `module ${name}.so`),
    ...['uuid', 'account'].map((name) => `module_tmp ${name}.so`),
    ...['ctrl_tcp', 'menu'].map((name) => `module_app ${name}.so`),
    `ctrl_tcp_listen 127.0.0.1:${control}`,
    '',
  ].join('\n');
}

async function connected(port: number, child: Child): Promise<Socket> {
  const until = performance.now() + CONNECT_LIMIT_MS;
  while (performance.now() < until && !child.hasExited) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await delay(RETRY_MS);
    }
  }
  throw new Error(`baresip did not open its control socket:\n${child.log.toString()}`);
}
