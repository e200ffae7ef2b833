import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/front/client.ts';
import { scratchFolder } from '../support/paths.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const STREAMER = 'Cámara 1/b';
const SECRET = 'a secret of services';
const PASSWORD = 'a password of operators';
const PROOF = { authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}` };
const NUMBERS = `/streamers/${encodeURIComponent(STREAMER)}/statistics`;

/** What one Ethernet frame carries, without what a report may take at most. */
const HEADER_BYTES = 1472 - 800;
const UDP_HEADER_BYTES = 8;

const folder = scratchFolder('statistics');
const capture = join(folder.path, 'signaling.pcapng');

interface Report {
  viewers: number;
  bitsPerSecond?: number;
  packetsPerSecond?: number;
  cpu?: number;
  roundTripMs?: { median: number };
  worst: { id: string; loss: number }[];
}

let system: System;
let url: string;

beforeAll(async () => {
  const secret = ['--secret', SECRET];
  system = await startSystem({ signalingArgs: [...secret, '--capture', capture], streamers: [{ name: STREAMER, args: secret }], frontArgs: [...secret, '--operator-password', PASSWORD, '--log-level', 'debug'] });
  await system.streamer(STREAMER).process.child.log.waitFor(({ text }) => text.includes('registered as'));
  url = system.url.replace(/\/$/, '');
});
afterAll(async () => {
  await system.stop();
  folder.remove();
});

/** The events of a stream as they come. */
class Events {
  readonly #reader;
  readonly #stop: AbortController;
  #text = '';

  static async open(): Promise<Events> {
    const stop = new AbortController();
    const { body, status } = await fetch(`${url}${NUMBERS}/events`, { headers: PROOF, signal: stop.signal });
    expect(status).toBe(200);
    return new Events(body!.getReader(), stop);
  }

  private constructor(reader: ReadableStreamDefaultReader<Uint8Array>, stop: AbortController) {
    this.#reader = reader;
    this.#stop = stop;
  }

  /** What the next event of this kind says that `fits`. */
  async next(kind: string, fits: (data: Report) => boolean = () => true): Promise<Report> {
    for (;;) {
      const match = /event: (\w+)\ndata: (.*)\n\n/.exec(this.#text);
      if (!match) {
        this.#text += Buffer.from((await this.#reader.read()).value ?? []).toString();
        continue;
      }
      this.#text = this.#text.slice(match.index + match[0].length);
      const data = JSON.parse(match[2]!) as Report;
      if (match[1] === kind && fits(data)) return data;
    }
  }

  close(): void {
    this.#stop.abort();
  }
}

async function watch(): Promise<{ viewer: WeriftViewer; client: Client }> {
  const [viewer, client] = [new WeriftViewer(), new Client(url, 'viewer')];
  const answer = await client.watch(STREAMER, await viewer.offer());
  expect(answer.status).toBe(200);
  await viewer.accept(String(answer.body['sdp']));
  return { viewer, client };
}

describe('a streamer’s numbers, through all services', () => {
  it('are for operators, and say when there is no such streamer', async () => {
    expect((await fetch(url + NUMBERS)).status).toBe(401);
    const answer = await fetch(`${url}/streamers/nobody/statistics`, { headers: PROOF });
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: 'unknown-streamer' }]);
  });

  it('follow what happens: a viewer who comes and goes, a streamer that is killed and comes back', async () => {
    const events = await Events.open();
    expect(await events.next('report', ({ bitsPerSecond }) => bitsPerSecond !== undefined)).toMatchObject({ viewers: 0, bitsPerSecond: 0, worst: [] });
    const { viewer, client } = await watch();
    const busy = await events.next('report', ({ viewers, bitsPerSecond = 0, roundTripMs }) => viewers === 1 && bitsPerSecond > 10_000 && roundTripMs !== undefined);
    expect(busy.packetsPerSecond).toBeGreaterThan(20);
    expect(busy.cpu).toBeGreaterThan(0);
    expect(busy.worst).toMatchObject([{ id: expect.stringMatching(/^[\w-]{6}$/) as string, loss: 0 }]);
    const once = (await (await fetch(url + NUMBERS, { headers: PROOF })).json()) as Report;
    expect([once.viewers, once.worst[0]?.id]).toEqual([1, busy.worst[0]?.id]);
    await client.post('/leave');
    await events.next('report', ({ viewers }) => viewers === 0);
    await viewer.close();

    await system.streamer(STREAMER).kill();
    expect(await events.next('trouble')).toMatchObject({ error: 'streamer-silent' });
    await system.streamer(STREAMER).start();
    await events.next('report');
    await system.streamer(STREAMER).stop();
    expect(await events.next('trouble')).toMatchObject({ error: 'streamer-silent', message: `"${STREAMER}" has stopped.` });
    await system.streamer(STREAMER).start();
    events.close();
  });

  it('take one frame each on their way, in SIP that Wireshark reads', async () => {
    const sipPorts = system.parts.map(({ process }) => Number(new URL(`udp://${process.addresses['sip'] ?? ''}`).port));
    const notifies = await frames(capture, ['udp.length', 'sip.Content-Length'], { filter: 'sip.Method == "NOTIFY" && sip.Event == "statistics"', sipPorts });
    expect(notifies.length).toBeGreaterThan(4);
    const headers = notifies.map(({ 'udp.length': [bytes], 'sip.Content-Length': [body] }) => Number(bytes) - UDP_HEADER_BYTES - Number(body));
    expect(Math.max(...headers)).toBeLessThanOrEqual(HEADER_BYTES);
    expect(await captureFaults(capture, { sipPorts })).toEqual([]);
  });

  it('put no password into any log', async () => {
    const { child } = system.front.process;
    expect(child.log.lines.length).toBeGreaterThan(0);
    for (const { process } of system.parts) {
      const text = process.child.log.lines.map((line) => line.text).join('\n');
      for (const hidden of [PASSWORD, SECRET, PROOF.authorization.slice(6)]) expect(text).not.toContain(hidden);
    }
  });
});
