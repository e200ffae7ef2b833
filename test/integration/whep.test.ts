import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFragment } from '../../shared/whip/index.ts';
import { BROWSERS, offerOf } from '../support/sdp-fixtures.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { errorOf, postOffer, WhipSession } from '../support/whip/whip-client.ts';

const STREAMER = 'camera';
const TOKEN = 'watch-me-7f3a';
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

let system: System;
let endpoint: string;

beforeAll(async () => {
  system = await startSystem({
    streamers: [{ name: STREAMER, args: ['--max-viewers', '3'] }],
    frontArgs: ['--requests-per-minute', '0', '--ice-servers', 'stun:192.0.2.1:3478'],
    env: { SIPCAST_WATCH_TOKEN: `${TOKEN}, another` },
  });
  endpoint = `${system.url}whep/${STREAMER}`;
  await system.streamer(STREAMER).process.child.log.waitFor(({ text }) => text.includes('registered as'));
});
afterAll(() => system.stop());

/** ICE of an offer as a fragment with nothing else in it. */
function fragmentOf(offer: string): string {
  return offer.split('\r\n').filter((line) => /^(?:m=|a=mid:|a=ice-|a=candidate:)/.test(line)).map((line) => `${line}\r\n`).join('');
}

/** The answer as it is after a restart. */
function restartedAnswer(answer: string, fragment: string): string {
  const { credentials } = parseFragment(fragment);
  return answer.replaceAll(/a=ice-ufrag:\S+/g, `a=ice-ufrag:${credentials?.ufrag ?? ''}`).replaceAll(/a=ice-pwd:\S+/g, `a=ice-pwd:${credentials?.password ?? ''}`);
}

/** What front says once a session is over, if it was over in or after this line of its log. */
const over = (from: number) => system.front.process.child.log.waitFor(({ text }) => text.includes('no longer'), { from });
/** The same of the streamer, which has a place again then. */
const gone = (from: number) => system.streamer(STREAMER).process.child.log.waitFor(({ text }) => text.includes('viewer gone'), { from });
const streamerLines = () => system.streamer(STREAMER).process.child.log.lines.length;
const frontLines = () => system.front.process.child.log.lines.length;

describe('WHEP with real services', () => {
  it('brings media to a stranger\'s player, by a token of the operator\'s', async () => {
    const viewer = new WeriftViewer();
    const session = await WhipSession.begin(endpoint, await viewer.offer(), AUTHORIZED);
    await viewer.accept(session.answer);
    await viewer.until(({ video, audio }) => video.keyframes > 0 && video.frames > 10 && audio.packets > 10);
    expect(await session.status()).toBe(204);
    const before = frontLines();
    expect(await session.end()).toBe(200);
    await over(before);
    expect(await session.status()).toBe(404);
    await viewer.close();
  });

  it('answers what browsers say whole, and names the ICE servers', async () => {
    for (const browser of BROWSERS) {
      const answer = await postOffer(endpoint, offerOf(browser, 'gathered'), AUTHORIZED);
      expect([answer.status, answer.headers.get('link')]).toEqual([201, '<stun:192.0.2.1:3478>; rel="ice-server"']);
      expect(answer.body).toMatch(/m=audio 9 [^]*a=candidate:[^]*m=video 9 [^]*a=sendonly/);
      for (const line of ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:sha-256 ', 'a=setup:active', 'a=rtcp-mux']) expect(answer.body.split(line)).toHaveLength(3);
      const before = streamerLines();
      await new WhipSession(endpoint, answer).end();
      await gone(before);
    }
  });

  it('lets nobody in without a token, and says so in words', async () => {
    expect(errorOf(await postOffer(endpoint, offerOf('chromium')))).toEqual([401, 'sign-in-required']);
    expect(errorOf(await postOffer(endpoint, offerOf('chromium'), { authorization: 'Bearer guess' }))).toEqual([401, 'invalid-token']);
    expect(errorOf(await postOffer(`${system.url}whep/nobody`, offerOf('chromium'), AUTHORIZED))).toEqual([404, 'unknown-streamer']);
  });

  it('takes candidates, and restarts ICE while media goes on', async () => {
    const viewer = new WeriftViewer();
    const offer = await viewer.offer();
    const session = await WhipSession.begin(endpoint, offer, AUTHORIZED);
    await viewer.accept(session.answer);
    expect((await session.patch(fragmentOf(offer))).status).toBe(204);
    await viewer.until(({ video }) => video.keyframes > 0);
    const first = session.etag;
    const restarted = await session.patch(fragmentOf(await viewer.restart()), '*');
    expect([restarted.status, session.etag === first]).toEqual([200, false]);
    await viewer.accept(restartedAnswer(session.answer, restarted.body));
    await viewer.found();
    const { keyframes } = viewer.video;
    await viewer.until(({ video }) => video.keyframes > keyframes + 1);
    expect((await session.patch(fragmentOf(offer), first)).status).toBe(412);
    const before = streamerLines();
    await session.end();
    await gone(before);
    await viewer.close();
  });

  it('tells when there is no place, and has one again after an end', async () => {
    const begin = () => WhipSession.begin(endpoint, offerOf('chromium'), AUTHORIZED);
    const sessions = await Promise.all([begin(), begin(), begin()]);
    const refused = await postOffer(endpoint, offerOf('chromium'), AUTHORIZED);
    expect(errorOf(refused)).toEqual([503, 'streamer-full']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const before = streamerLines();
    await sessions[0].end();
    await gone(before);
    sessions[0] = await begin();
    for (const session of sessions) {
      const until = streamerLines();
      await session.end();
      await gone(until);
    }
  });

  it('is over when the streamer stops', async () => {
    const session = await WhipSession.begin(endpoint, offerOf('firefox'), AUTHORIZED);
    const before = frontLines();
    await system.streamer(STREAMER).stop();
    await over(before);
    expect(await session.status()).toBe(404);
    // Until front hears of the new list, the streamer is one that is silent.
    await expect.poll(async () => (await postOffer(endpoint, offerOf('firefox'), AUTHORIZED)).status).toBe(404);
  });

  it('has no word of its own to be warned of', () => {
    expect(system.complaints()).toEqual([]);
  });
});
