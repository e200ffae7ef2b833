import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallRejectedError } from '../../../../shared/sip/index.ts';
import { callAnswer, callOffer } from '../../../support/front/call-sdp.ts';
import { Town } from '../../../support/front/town.ts';
import type { ScriptedPage, TownFront } from '../../../support/front/town.ts';

const SECOND = 1_000;
const SDP = callOffer();
const ANSWER = callAnswer();

let town: Town;
let here: TownFront;
let there: TownFront;
let ana: ScriptedPage;
let bo: ScriptedPage;

beforeEach(async () => {
  town = new Town();
  here = town.front();
  there = town.front();
  ana = await here.page('ana');
  bo = await there.page('bo');
});
afterEach(() => town.close());

/** Rings. @returns the call as both pages name it */
async function ring(from: ScriptedPage = ana, to = 'bo'): Promise<string> {
  const reply = await from.ask('call', { to, sdp: SDP });
  expect(reply).toMatchObject({ type: 'reply' });
  return String(reply['call']);
}

async function connect(): Promise<string> {
  const call = await ring();
  expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ type: 'reply' });
  await town.clock.advance(100);
  return call;
}

describe('a call', () => {
  it('rings at the other, is accepted, and the two browsers have each other’s descriptions (seeds 0.4, 1.6)', async () => {
    const call = await ring();
    expect(bo.last('invited')).toMatchObject({ call, from: 'ana', expiresInMs: 10_000 });
    expect(String(bo.last('invited')?.['sdp'])).toMatch(/m=audio[^]*a=ice-ufrag[^]*a=sendrecv[^]*m=video[^]*a=ice-ufrag[^]*m=application/);
    expect(ana.last('ringing')).toEqual({ type: 'ringing', call, elsewhere: false });
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ type: 'reply' });
    await town.clock.advance(100);
    expect(ana.last('answered')).toMatchObject({ call });
    expect(String(ana.last('answered')?.['sdp'])).toMatch(/a=ice-ufrag:AnSw[^]*a=setup:active/);
    expect(ana.of('ended')).toEqual([]);
  });

  it('is between two people of one front as well', async () => {
    const cleo = await here.page('cleo');
    const call = await ring(ana, 'cleo');
    expect(await cleo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ type: 'reply' });
    await town.clock.advance(100);
    expect(ana.of('answered', call)).toHaveLength(1);
    ana.begin('candidates', { call, fragment: 'a=ice-ufrag:x\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n' });
    await town.clock.advance(100);
    cleo.begin('hang-up', { call });
    await town.clock.advance(100);
    expect(cleo.of('candidates', call)).toHaveLength(1);
    expect(ana.last('ended')).toMatchObject({ call, reason: 'hung-up' });
    expect(cleo.of('ended')).toEqual([]);
  });

  it('travels in one datagram, from both browsers', async () => {
    for (const browser of ['chromium', 'firefox'] as const) {
      const reply = await ana.ask('call', { to: 'bo', sdp: callOffer(browser) });
      await bo.ask('accept', { call: reply['call'], sdp: callAnswer(browser) });
      await town.clock.advance(100);
      ana.begin('hang-up', { call: reply['call'] });
      await town.clock.advance(100);
    }
    const largest = Math.max(...town.network.sent.map(({ datagram }) => datagram.length));
    expect(largest).toBeLessThanOrEqual(1_400);
  });

  it('is declined, and the caller is told (seed 0.13)', async () => {
    const call = await ring();
    await bo.ask('decline', { call });
    await town.clock.advance(100);
    expect(ana.last('ended')).toMatchObject({ call, reason: 'declined' });
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
  });

  it('is taken back, and the called is told (seed 0.13)', async () => {
    const call = await ring();
    await ana.ask('hang-up', { call });
    await town.clock.advance(100);
    expect(bo.last('ended')).toMatchObject({ call, reason: 'cancelled' });
    expect(ana.of('ended')).toEqual([]);
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
  });

  it('that nobody answers within ten seconds is over for both, and accepting it later fails (seed 0.7)', async () => {
    const call = await ring();
    const rang = town.clock.now();
    await town.clock.advance(9_500);
    expect([...ana.of('ended'), ...bo.of('ended')]).toEqual([]);
    await town.clock.advance(rang + 10_200 - town.clock.now());
    expect(ana.last('ended')).toMatchObject({ call, reason: 'expired' });
    expect(bo.last('ended')).toMatchObject({ call, reason: 'expired' });
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
    await town.clock.advance(60 * SECOND);
    expect(ana.of('ended')).toHaveLength(1);
  });

  it('is not ended by the timer of an older one (seed 0.9)', async () => {
    const old = await ring();
    await town.clock.advance(6 * SECOND);
    await ana.ask('hang-up', { call: old });
    const call = await ring();
    await town.clock.advance(6 * SECOND);
    expect(ana.of('ended')).toEqual([]);
    expect(bo.of('ended', call)).toEqual([]);
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ type: 'reply' });
    await town.clock.advance(30 * SECOND);
    expect(ana.of('ended')).toEqual([]);
    expect(bo.of('ended', call)).toEqual([]);
  });

  it('to nobody is refused: unknown-person, and to oneself: yourself', async () => {
    expect(await ana.ask('call', { to: 'nobody', sdp: SDP })).toMatchObject({ type: 'error', error: 'unknown-person' });
    expect(await ana.ask('call', { to: 'ana', sdp: SDP })).toMatchObject({ error: 'yourself' });
    expect(ana.of('ended')).toEqual([]);
  });

  it.each(['', 'nonsense', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', SDP.replaceAll(/opus|VP8/g, 'other')])('needs a description of a call: %.12j', async (sdp) => {
    expect(await ana.ask('call', { to: 'bo', sdp })).toMatchObject({ type: 'error' });
    expect(bo.of('invited')).toEqual([]);
  });

  it('is refused a person who is in one, with a notice (seed 0.14)', async () => {
    await connect();
    await here.page('cleo');
    expect(await ana.ask('call', { to: 'cleo', sdp: SDP })).toMatchObject({ error: 'in-a-call' });
  });

  it('tells the caller that the other is in another call, who sees it all the same and answers it when that is over (seed 0.6)', async () => {
    const first = await connect();
    const cleo = await here.page('cleo');
    const second = await ring(cleo);
    expect(cleo.last('ringing')).toMatchObject({ call: second, elsewhere: true });
    expect(bo.last('invited')).toMatchObject({ call: second, from: 'cleo' });
    expect(await bo.ask('accept', { call: second, sdp: ANSWER })).toMatchObject({ error: 'in-a-call' });
    await bo.ask('hang-up', { call: first });
    expect(await bo.ask('accept', { call: second, sdp: ANSWER })).toMatchObject({ type: 'reply' });
  });

  it('can be accepted by the called alone (seed 0.12, seed 2.16)', async () => {
    const call = await ring();
    const cleo = await there.page('cleo');
    for (const stranger of [cleo, ana]) {
      expect(await stranger.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
      expect(await stranger.ask('decline', { call })).toMatchObject({ error: 'unknown-call' });
    }
    expect(await cleo.ask('hang-up', { call })).toMatchObject({ error: 'unknown-call' });
    expect(await cleo.ask('candidates', { call, fragment: 'a=end-of-candidates\r\n' })).toMatchObject({ error: 'unknown-call' });
    expect(await cleo.ask('resume', { call })).toMatchObject({ error: 'unknown-call' });
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ type: 'reply' });
  });

  it('rings no more than five times from one to the same other at a time (seed 0.8)', async () => {
    const pages = [ana, ...(await Promise.all(Array.from({ length: 6 }, () => here.page('ana'))))];
    const calls = await Promise.all(pages.slice(0, 5).map((page) => ring(page)));
    expect(bo.of('invited')).toHaveLength(5);
    expect(await pages[5]!.ask('call', { to: 'bo', sdp: SDP })).toMatchObject({ error: 'too-many-invitations' });
    await bo.ask('decline', { call: calls[0] });
    await ring(pages[6]);
    expect(bo.of('invited')).toHaveLength(6);
  });

  it('of a sixth that comes from elsewhere does not ring either (seed 0.8)', async () => {
    const other = town.agent();
    const statuses: number[] = [];
    for (let count = 0; count < 7; count++) {
      const invite = other.createRequest('INVITE', 'sip:bo@10.0.0.1', { from: 'sip:forger@10.0.0.1', headers: { Expires: '10' }, body: SDP, contentType: 'application/sdp' });
      const call = other.invite(invite, { nextHop: { host: '10.0.0.1', port: 5060 } });
      call.onProvisional(({ status }) => status > 100 && statuses.push(status));
      call.answered.catch((error: unknown) => error instanceof CallRejectedError && statuses.push(error.status));
      await town.clock.advance(100);
    }
    expect(statuses).toEqual([180, 180, 180, 180, 180, 486, 486]);
    expect(bo.of('invited')).toHaveLength(5);
  });
});

describe('candidates', () => {
  const fragment = (number: number) => `a=ice-ufrag:x\r\na=ice-pwd:yyyyyyyyyyyyyyyyyyyyyyyy\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:${number} 1 udp 1 10.0.0.1 9 typ host\r\n`;

  it('go to the other alone, in order; what is found before the answer waits (seed 1.6)', async () => {
    const cleo = await there.page('cleo');
    const call = await ring();
    for (let number = 1; number <= 3; number++) ana.begin('candidates', { call, fragment: fragment(number) });
    await town.clock.advance(1_000);
    expect(bo.of('candidates')).toEqual([]);
    bo.begin('accept', { call, sdp: ANSWER });
    for (let number = 4; number <= 6; number++) bo.begin('candidates', { call, fragment: fragment(number) });
    await town.clock.advance(200);
    ana.begin('candidates', { call, fragment: fragment(7) });
    await town.clock.advance(200);
    expect(bo.of('candidates', call).map(({ fragment: text }) => text)).toEqual([1, 2, 3, 7].map(fragment));
    expect(ana.of('candidates', call).map(({ fragment: text }) => text)).toEqual([4, 5, 6].map(fragment));
    expect(cleo.of('candidates')).toEqual([]);
    expect(town.sent('INFO')[0]?.request.contentType).toBe('application/trickle-ice-sdpfrag');
  });

  it('are lines of SDP, and bounded', async () => {
    const call = await ring();
    for (const bad of ['', 'nonsense', 'a=candidate:1\r\n\0', '<script>', `a=${'x'.repeat(5_000)}\r\n`]) {
      expect(await ana.ask('candidates', { call, fragment: bad })).toMatchObject({ error: 'bad-message' });
    }
    for (let count = 0; count < 100; count++) ana.begin('candidates', { call, fragment: fragment(1) });
    expect(await ana.ask('candidates', { call, fragment: fragment(1) })).toMatchObject({ error: 'too-many-requests' });
  });
});

describe('the end', () => {
  it('comes to the other side, and no bye bounces back (seed 1.11)', async () => {
    const call = await connect();
    await ana.ask('hang-up', { call });
    await town.clock.advance(60 * SECOND);
    expect(bo.of('ended')).toEqual([{ type: 'ended', call, reason: 'hung-up', message: 'ana has hung up.' }]);
    expect(ana.of('ended')).toEqual([]);
    // From one front to the daemon, and on to the other.
    expect(town.sent('BYE')).toHaveLength(2);
    expect(await bo.ask('hang-up', { call })).toMatchObject({ error: 'unknown-call' });
    expect(here.company.calls.size + there.company.calls.size).toBe(0);
  });

  it('comes when the page of a call vanishes and does not return within three seconds (seeds 0.18, 1.12, 1.13)', async () => {
    const call = await connect();
    bo.close();
    await town.clock.advance(2_500);
    expect(ana.of('ended')).toEqual([]);
    await town.clock.advance(1_000);
    expect(ana.last('ended')).toMatchObject({ call, reason: 'gone' });
    expect(here.company.calls.size + there.company.calls.size).toBe(0);
  });

  it('does not come when the page is back in time; what it missed it is told then', async () => {
    const call = await connect();
    bo.close();
    ana.begin('candidates', { call, fragment: 'a=end-of-candidates\r\n' });
    await town.clock.advance(2_000);
    const back = await there.page('bo');
    expect(await back.ask('resume', { call })).toMatchObject({ type: 'reply' });
    expect(back.of('candidates', call)).toHaveLength(1);
    await town.clock.advance(10 * SECOND);
    expect(ana.of('ended')).toEqual([]);
    await back.ask('hang-up', { call });
    await town.clock.advance(100);
    expect(ana.last('ended')).toMatchObject({ call, reason: 'hung-up' });
  });

  it('comes to an invitation whose caller vanishes, and leaves none behind (seeds 0.1, 0.3)', async () => {
    const call = await ring();
    ana.close();
    await town.clock.advance(3_200);
    expect(bo.last('ended')).toMatchObject({ call, reason: 'cancelled' });
    expect(here.company.calls.size + there.company.calls.size).toBe(0);
  });

  it('comes to the caller when the last page of the called vanishes', async () => {
    const call = await ring();
    bo.close();
    await town.clock.advance(3_200);
    expect(ana.last('ended')).toMatchObject({ call, reason: 'away' });
    expect(await ana.ask('call', { to: 'bo', sdp: SDP })).toMatchObject({ type: 'reply' });
  });

  it('can be decided by an operator, and both are told', async () => {
    const call = await connect();
    const [listed] = here.company.list();
    expect(listed).toMatchObject({ id: call, from: 'ana', to: 'bo' });
    expect(here.company.end('other')).toBe(false);
    expect(here.company.end(call)).toBe(true);
    await town.clock.advance(100);
    for (const page of [ana, bo]) expect(page.last('ended')).toMatchObject({ call, reason: 'closed-by-operator' });
    expect([...here.company.list(), ...there.company.list()]).toEqual([]);
  });

  it('comes to ringing calls by an operator as well', async () => {
    const call = await ring();
    expect(there.company.end(call)).toBe(true);
    await town.clock.advance(100);
    expect(bo.last('ended')).toMatchObject({ call, reason: 'closed-by-operator' });
    expect(ana.last('ended')).toMatchObject({ call, reason: 'away' });
  });

  it('comes to every call when the server stops', async () => {
    const call = await connect();
    await town.clock.until(here.company.close());
    expect(bo.last('ended')).toMatchObject({ call });
    expect(there.company.calls.size).toBe(0);
  });
});

describe('several pages of one name', () => {
  it('all ring, the first to accept has it, and the others are told (answered-elsewhere)', async () => {
    const second = await there.page('bo');
    const call = await ring();
    expect(second.last('invited')).toMatchObject({ call });
    await second.ask('accept', { call, sdp: ANSWER });
    await town.clock.advance(100);
    expect(bo.last('ended')).toMatchObject({ call, reason: 'answered-elsewhere' });
    expect(await bo.ask('accept', { call, sdp: ANSWER })).toMatchObject({ error: 'unknown-call' });
    expect(await bo.ask('hang-up', { call })).toMatchObject({ error: 'unknown-call' });
    bo.close();
    await town.clock.advance(10 * SECOND);
    expect(ana.of('ended')).toEqual([]);
  });

  it('ring also when they are opened while it rings', async () => {
    const call = await ring();
    await town.clock.advance(4 * SECOND);
    const second = await there.page('bo');
    const { expiresInMs } = second.last('invited') ?? {};
    expect(second.last('invited')).toMatchObject({ call, from: 'ana' });
    expect(expiresInMs).toBeLessThanOrEqual(6_000);
  });
});

describe('two who call each other at once', () => {
  it('are connected by whoever accepts first, and the other invitation is taken back', async () => {
    const hers = await ring();
    const his = await ring(bo, 'ana');
    expect(await bo.ask('accept', { call: hers, sdp: ANSWER })).toMatchObject({ type: 'reply' });
    await town.clock.advance(200);
    expect(ana.last('ended')).toMatchObject({ call: his, reason: 'cancelled' });
    expect(bo.last('ended')).toMatchObject({ call: his, reason: 'cancelled' });
    expect(ana.of('answered', hers)).toHaveLength(1);
    expect(here.company.calls.size + there.company.calls.size).toBe(2);
  });
});
