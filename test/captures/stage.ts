/** Where a flow is recorded: the services as an operator starts them, on the ports that the walkthrough names. */
import { join } from 'node:path';
import { CallingPage } from '../support/front/calling-page.ts';
import { Client } from '../support/front/client.ts';
import { Member } from '../support/front/member.ts';
import { repository } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { frames } from '../support/tshark/tshark.ts';

export const SIGNALING_PORT = 5060;
export const FRONT_PORT = 5065;
export const STREAMER_PORT = 9997;
export const STREAMER = 'sample';
/** What a process that hosts rooms calls itself. */
export const FOCUS = 'rooms';
const HOST = '127.0.0.1';
const SAMPLE = join(repository, 'data/sample.webm');

const LOOK_AGAIN_MS = 200;
const LOOK_LIMIT_MS = 60_000;

export class Stage {
  readonly #folder: string;
  readonly #started: ServiceProcess[] = [];
  #lives = 0;
  /** Captures of the signaling daemon, one for each time it was started. */
  readonly files: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async signaling(...args: string[]): Promise<ServiceProcess> {
    this.#lives += 1;
    const file = join(this.#folder, `signaling-${this.#lives}.pcapng`);
    this.files.push(file);
    return this.#start('signaling', [String(SIGNALING_PORT), '--directory', join(this.#folder, 'directory.xml'), '--capture', file, ...args]);
  }

  /** Resolves when it is registered. */
  async streamer({ signalingPort = SIGNALING_PORT, args = [] }: { signalingPort?: number; args?: readonly string[] } = {}): Promise<ServiceProcess> {
    const streamer = await this.#start('streamer', [SAMPLE, HOST, String(signalingPort), '--udp-port', String(STREAMER_PORT), '--name', STREAMER, ...args]);
    await streamer.child.log.waitFor(({ text }) => text.includes('registered as'));
    return streamer;
  }

  /** A process that hosts rooms; resolves when it is registered. */
  async rooms(): Promise<ServiceProcess> {
    const rooms = await this.#start('streamer', ['--rooms', HOST, String(SIGNALING_PORT), '--udp-port', String(STREAMER_PORT), '--name', FOCUS]);
    await rooms.child.log.waitFor(({ text }) => text.includes('registered as'));
    return rooms;
  }

  async front({ signalingPort = SIGNALING_PORT, args = [] }: { signalingPort?: number; args?: readonly string[] } = {}): Promise<ServiceProcess> {
    return this.#start('front', ['0', HOST, String(signalingPort), '--udp-port', String(FRONT_PORT), ...args]);
  }

  viewer(front: ServiceProcess, name = 'ada'): Client {
    return new Client(urlOf(front), name);
  }

  /** Pages of people who can be called, each having seen that all others are there. */
  async people<Name extends string>(front: ServiceProcess, ...names: Name[]): Promise<Record<Name, CallingPage>> {
    const pages: CallingPage[] = [];
    for (const name of names) pages.push(await CallingPage.open(urlOf(front), name));
    for (const page of pages) for (const { name } of pages) if (name !== page.name) await page.sees(name);
    return Object.fromEntries(pages.map((page) => [page.name, page])) as Record<Name, CallingPage>;
  }

  /** A room that everybody finds in the list. @returns its id */
  async room(front: ServiceProcess, title: string, guestLimit: number): Promise<string> {
    const owner = await Member.create(urlOf(front), 'owner');
    const { body } = await owner.send('POST', '/rooms/', { title, guest_limit: guestLimit });
    return String(body['id']);
  }

  /** Resolves when the newest capture holds `count` frames that pass the display filter. */
  async seen(filter: string, count = 1): Promise<void> {
    const file = this.files.at(-1);
    if (file === undefined) throw new Error('signaling has not been started');
    const deadline = performance.now() + LOOK_LIMIT_MS;
    for (;;) {
      const found = await frames(file, ['frame.number'], { filter, sipPorts: [SIGNALING_PORT] });
      if (found.length >= count) return;
      if (performance.now() > deadline) throw new Error(`${file} has ${found.length} of ${count} frames that pass ${filter}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Ends the daemon first and without a word, so that the recording ends with the flow and not with its dismantling. */
  async clear(): Promise<void> {
    for (const service of this.#started.filter(({ child }) => child.name === 'signaling')) await service.child.end('SIGKILL');
    for (const service of this.#started) await service.child.end('SIGKILL');
  }

  async #start(service: 'signaling' | 'streamer' | 'front', args: readonly string[]): Promise<ServiceProcess> {
    const started = await startService(service, args, { cwd: this.#folder });
    this.#started.push(started);
    return started;
  }
}

function urlOf(front: ServiceProcess): string {
  return (front.addresses['http'] ?? '').replace(/\/$/, '');
}
