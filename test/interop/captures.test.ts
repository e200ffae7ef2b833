import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLOWS } from '../captures/flows/all.ts';
import { SIGNALING_PORT } from '../captures/stage.ts';
import { sipFrames } from '../captures/sip-frames.ts';
import type { SipFrame } from '../captures/sip-frames.ts';
import { walkthrough } from '../captures/walkthrough.ts';
import { repository } from '../support/paths.ts';
import { lacks } from '../support/tools/system-tools.ts';
import { captureFaults } from '../support/tshark/tshark.ts';

/** What every INVITE and 202 of ours must fit into (RFC 3261 §18.1.1). */
const MAX_BYTES = 1300;

const folder = join(repository, 'captures');
const sipPorts = [SIGNALING_PORT];

async function framesOf(name: string): Promise<SipFrame[]> {
  return sipFrames(join(folder, `${name}.pcapng`), sipPorts);
}

/** `from→to METHOD` or `from→to status (METHOD)`, first sendings only. */
function story(list: readonly SipFrame[]): string[] {
  return list.filter(({ repeats }) => repeats === undefined).map(({ from, to, method, status, about }) => `${from}→${to} ${method ?? `${status ?? ''} (${about})`}`);
}

describe.skipIf(lacks('tshark'))('the committed captures', () => {
  it.each(FLOWS)('$name: tshark finds SIP and SDP in every frame, none malformed, no fragment (seed 4.21)', async ({ name }) => {
    expect(await captureFaults(join(folder, `${name}.pcapng`), { sipPorts })).toEqual([]);
  });

  it.each(FLOWS)('$name: each INVITE with its offer and each 202 with its answer fits 1,300 bytes', async ({ name }) => {
    const large = (await framesOf(name)).filter(({ about, bytes }) => about === 'INVITE' && bytes > MAX_BYTES);
    expect(large.map(({ number, bytes }) => `frame ${number}: ${bytes}`)).toEqual([]);
  });

  it('are what the walkthrough says, frame by frame', async () => {
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe(await walkthrough(FLOWS, folder));
  });

  it('register-and-watch shows the offer and the answer cross the daemon (seeds 4.8, 4.10)', async () => {
    const lines = story(await framesOf('register-and-watch'));
    const order = [
      'streamer→signaling REGISTER', 'signaling→streamer 200 (REGISTER)', 'front→signaling INVITE', 'signaling→front 100 (INVITE)', 'signaling→streamer INVITE',
      'streamer→signaling 202 (INVITE)', 'signaling→front 202 (INVITE)', 'front→signaling ACK', 'signaling→streamer ACK',
    ];
    expect(lines.filter((line) => order.includes(line))).toEqual(order);
  });

  it('restart-and-403 shows the 403 repeated until the streamer registers anew (seed 4.15)', async () => {
    const list = await framesOf('restart-and-403');
    const forbidden = list.filter(({ status }) => status === 403);
    expect(forbidden.length).toBeGreaterThan(1);
    expect(new Set(forbidden.map(({ callId }) => callId)).size).toBe(1);
    const registers = list.filter(({ method }) => method === 'REGISTER');
    expect(registers.at(-1)?.number).toBeGreaterThan(forbidden.at(-1)?.number ?? Infinity);
  });

  it('hang-up shows a BYE from either side, each answered (seed 4.17)', async () => {
    const lines = story(await framesOf('hang-up'));
    expect(lines).toEqual(expect.arrayContaining(['front→signaling BYE', 'signaling→streamer BYE', 'streamer→signaling BYE', 'signaling→front BYE']));
    expect(lines.filter((line) => line.endsWith('200 (BYE)'))).toHaveLength(4);
  });

  it('cancel shows CANCEL, its 200, and the INVITE ending in 487 (seed 4.17)', async () => {
    const lines = story(await framesOf('cancel'));
    const end = ['front→signaling CANCEL', 'signaling→front 200 (CANCEL)', 'signaling→streamer CANCEL', 'streamer→signaling 487 (INVITE)', 'signaling→front 487 (INVITE)'];
    expect(lines.filter((line) => end.includes(line))).toEqual(end);
  });

  it('lost-datagrams-and-retransmission shows requests and the 202 repeated, and the call come about all the same (seed 4.13)', async () => {
    const list = await framesOf('lost-datagrams-and-retransmission');
    const repeated = list.filter(({ repeats }) => repeats !== undefined);
    expect(repeated.some(({ method }) => method !== undefined)).toBe(true);
    expect(repeated.some(({ status, about }) => status === 202 && about === 'INVITE')).toBe(true);
    expect(story(list)).toEqual(expect.arrayContaining(['signaling→streamer ACK', 'signaling→front 200 (BYE)']));
  });
});
