import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CPIM_TYPE, parseCpim } from '../../shared/cpim/cpim.ts';
import { FLOWS } from '../captures/flows/all.ts';
import { SIGNALING_PORT } from '../captures/stage.ts';
import { sipFrames } from '../captures/sip-frames.ts';
import type { SipFrame } from '../captures/sip-frames.ts';
import { ETHERNET_BYTES, walkthrough } from '../captures/walkthrough.ts';
import { repository } from '../support/paths.ts';
import { lacks } from '../support/tools/system-tools.ts';
import { captureFaults } from '../support/tshark/tshark.ts';

/** What an INVITE to a streamer and its 202 must fit into (RFC 3261 §18.1.1). */
const MAX_BYTES = 1300;

/** What the daemon says to a wrong proof. */
const REFUSED = 'Wrong user name or password';

const folder = join(repository, 'captures');
const sipPorts = [SIGNALING_PORT];

const read = new Map<string, Promise<SipFrame[]>>();

function framesOf(name: string): Promise<SipFrame[]> {
  const list = read.get(name) ?? sipFrames(join(folder, `${name}.pcapng`), sipPorts);
  read.set(name, list);
  return list;
}

/** `from→to METHOD` or `from→to status (METHOD)`, first sendings only. */
function story(list: readonly SipFrame[]): string[] {
  return list.filter(({ repeats }) => repeats === undefined).map(({ from, to, method, status, about }) => `${from}→${to} ${method ?? `${status ?? ''} (${about})`}`);
}

describe.skipIf(lacks('tshark'))('the committed captures', () => {
  it.each(FLOWS)('$name: tshark finds SIP and SDP in every frame, none malformed, no fragment (seed 4.21)', async ({ name }) => {
    expect(await captureFaults(join(folder, `${name}.pcapng`), { sipPorts })).toEqual([]);
  });

  it.each(FLOWS)('$name: offers and answers fit 1,300 bytes to a streamer, an Ethernet frame in a call; only those of rooms may be larger', async ({ name }) => {
    const limits = { streamer: MAX_BYTES, person: ETHERNET_BYTES, list: ETHERNET_BYTES, room: Infinity };
    const large = (await framesOf(name)).filter(({ subject, about, bytes }) => bytes > (about === 'INVITE' ? limits[subject] : ETHERNET_BYTES));
    expect(large.map(({ number, bytes }) => `frame ${number}: ${bytes}`)).toEqual([]);
  });

  it.each(FLOWS)('$name: nobody who reads it could register, watch or enter a room with what it holds', async ({ name }) => {
    const text = readFileSync(join(folder, `${name}.pcapng`)).toString('latin1').replaceAll(REFUSED, '');
    expect(text).not.toMatch(/^(?:proxy-)?authorization:(?!.*\bresponse="0{32,}")|;key=|password|secret/im);
  });

  it('are what the walkthrough says, frame by frame', async () => {
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe(await walkthrough(FLOWS, ({ name }) => framesOf(name)));
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

  it('call-accepted shows it ring and be answered on both sides of the daemon, candidates both ways, and the end (seeds 0.4, 1.6, 1.11)', async () => {
    const lines = story((await framesOf('call-accepted')).filter(({ subject, about }) => subject === 'person' && about !== 'REGISTER'));
    const there = (message: string) => [`front→signaling ${message}`, `signaling→front ${message}`];
    for (const message of ['INVITE', '180 (INVITE)', '200 (INVITE)', 'ACK', 'BYE', '200 (BYE)']) expect(lines.filter((line) => line.endsWith(` ${message}`))).toEqual(there(message));
    expect(lines.filter((line) => line.endsWith(' INFO'))).toEqual([...there('INFO'), ...there('INFO')]);
    expect(lines.at(-1)).toBe('signaling→front 200 (BYE)');
  });

  it('call-declined shows the 603 and its ACK on each hop (seed 0.13)', async () => {
    const lines = story((await framesOf('call-declined')).filter(({ subject, about }) => subject === 'person' && about !== 'REGISTER'));
    const refusal = lines.slice(lines.indexOf('front→signaling 603 (INVITE)'));
    expect([...refusal].sort()).toEqual(['front→signaling 603 (INVITE)', 'front→signaling ACK', 'signaling→front 603 (INVITE)', 'signaling→front ACK']);
  });

  it('call-expired shows the CANCEL ten seconds after the INVITE, and the INVITE ending in 487 (seed 0.7)', async () => {
    const list = (await framesOf('call-expired')).filter(({ subject, about }) => subject === 'person' && about !== 'REGISTER');
    const [invite, cancel] = ['INVITE', 'CANCEL'].map((method) => list.find((frame) => frame.method === method)?.at ?? NaN);
    expect((cancel ?? NaN) - (invite ?? NaN)).toBeCloseTo(10, 0);
    expect(list.filter(({ status }) => status === 487)).toHaveLength(2);
  });

  it('room-join-and-leave shows joins, re-INVITEs of the focus, a state by INFO, and who is there at each step (seeds 0.17, 2.15, 3.17)', async () => {
    const list = (await framesOf('room-join-and-leave')).filter(({ subject, about }) => subject === 'room' && about !== 'REGISTER');
    const invites = list.filter(({ method, from }) => method === 'INVITE' && from !== 'signaling');
    expect(invites.map(({ from, inDialog }) => `${from} ${inDialog ? 'offers anew' : 'joins'}`)).toEqual(['front joins', 'front joins', 'rooms offers anew', 'rooms offers anew', 'rooms offers anew']);
    const states = list.filter(({ method, from }) => method === 'NOTIFY' && from === 'rooms').map(({ body }) => JSON.parse(body) as { members: { name: string; audio: boolean }[] });
    const seen = states.map(({ members }) => members.map(({ name, audio }) => (audio ? name : `${name} muted`)).join(' '));
    expect(seen).toEqual(expect.arrayContaining(['ana', 'ana bo', 'ana bo muted']));
    expect(seen.at(-1)).toBe('ana');
    expect(list.filter(({ method }) => method === 'INFO')).toHaveLength(2);
    expect(story(list)).toContain('rooms→signaling 200 (BYE)');
  });

  it('chat shows texts to a room, to one in it and to somebody elsewhere, from whom they are (seeds 0.16, 2.10)', async () => {
    const texts = (await framesOf('chat')).filter(({ method, from }) => method === 'MESSAGE' && from !== 'signaling');
    const inRoom = texts.filter(({ bodyType }) => bodyType === CPIM_TYPE).map(({ from, body }) => ({ by: from, ...parseCpim(body) }));
    const users = (uri: string): string => /^sip:(room|\w+)/.exec(uri)?.[1] ?? '';
    expect(inRoom.map(({ by, from, to, text }) => `${by}: ${users(from)} → ${users(to)}: ${text}`)).toEqual([
      'rooms: room → ana: Welcome to Tea at five, ana.',
      'rooms: room → bo: Welcome to Tea at five, bo.',
      'front: ana → room: Tea is ready.',
      'rooms: ana → room: Tea is ready.',
      'front: ana → bo: Yours is the green cup.',
      'rooms: ana → bo: Yours is the green cup.',
    ]);
    expect(texts.filter(({ bodyType }) => bodyType?.startsWith('text/plain')).map(({ body }) => body)).toEqual(['Will you join us?']);
  });
});
