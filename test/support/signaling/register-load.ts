/** Streamers that register, change and leave as fast as they are answered, and remember what they were promised. */

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Streamer } from '../../../signaling/directory/entries.ts';
import { registerOptions, requestBytes } from './requests.ts';

/** What one name may be on disk: a version that was acknowledged or sent later, or gone. */
interface Promised {
  /** The last that was answered 200; 0 for none. Removals count as versions too. */
  acknowledged: number;
  sent: number;
  /** Which versions are removals. */
  readonly removals: Set<number>;
}

export interface LoadOptions {
  readonly names: readonly string[];
  /** One in so many requests is a removal. */
  readonly removalEvery: number;
}

/** One request under way for each name, from one socket. */
export class RegisterLoad {
  readonly #socket: Socket;
  readonly #options: LoadOptions;
  readonly #promises = new Map<string, Promised>();
  #target = 0;
  #running = false;
  acknowledged = 0;

  private constructor(socket: Socket, options: LoadOptions) {
    this.#socket = socket;
    this.#options = options;
    for (const name of options.names) this.#promises.set(name, { acknowledged: 0, sent: 0, removals: new Set() });
    socket.on('message', (datagram) => this.#answered(datagram.toString()));
  }

  static async open(options: LoadOptions): Promise<RegisterLoad> {
    const socket = createSocket('udp4');
    // A daemon that was killed refuses datagrams; that is what this is about.
    socket.on('error', () => undefined);
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new RegisterLoad(socket, options);
  }

  /** Begins, or begins again after the daemon was killed. */
  start(port: number): void {
    this.#target = port;
    this.#running = true;
    for (const name of this.#options.names) this.#sendNext(name);
  }

  stop(): void {
    this.#running = false;
  }

  async close(): Promise<void> {
    this.stop();
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  /** How what is on disk breaks a promise, a sentence each. */
  violations(onDisk: readonly Streamer[]): string[] {
    const found = new Map(onDisk.map((streamer) => [streamer.name, Number(streamer.info.title)]));
    return [...this.#promises].flatMap(([name, { acknowledged, sent, removals }]) => {
      const version = found.get(name);
      const allowed = Array.from({ length: sent - acknowledged + 1 }, (_, index) => acknowledged + index);
      const fits = version === undefined ? allowed.some((each) => each === 0 || removals.has(each)) : allowed.includes(version) && !removals.has(version);
      return fits ? [] : [`${name} is ${version ?? 'missing'}; acknowledged ${acknowledged}${removals.has(acknowledged) ? ' (removal)' : ''}, sent ${sent}`];
    });
  }

  #sendNext(name: string): void {
    const promised = this.#promises.get(name);
    if (!promised) return;
    const version = ++promised.sent;
    const removal = version % this.#options.removalEvery === 0;
    if (removal) promised.removals.add(version);
    const { port } = this.#socket.address();
    const options = registerOptions(name, {
      callId: `life of ${name}`,
      cseq: version,
      via: `127.0.0.1:${port}`,
      contacts: [`<sip:${encodeURIComponent(name)}@127.0.0.1:${port}>`],
      expires: removal ? 0 : 3600,
      ...(removal ? {} : { info: { title: String(version) } }),
    });
    this.#socket.send(requestBytes('REGISTER', options), this.#target, '127.0.0.1');
  }

  #answered(text: string): void {
    const name = /^Call-ID: life of (.*)$/m.exec(text)?.[1]?.trim() ?? '';
    const version = Number(/^CSeq: (\d+) /m.exec(text)?.[1]);
    const promised = this.#promises.get(name);
    // Also the 403 of a restart comes here: it is no answer to anything under way.
    if (!promised || !text.startsWith('SIP/2.0 200')) return;
    if (version > promised.acknowledged) promised.acknowledged = version;
    this.acknowledged++;
    if (this.#running && version === promised.sent) this.#sendNext(name);
  }
}
