import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrontOptions } from '../../../../front/options.ts';
import type { Dialog, IncomingRequest } from '../../../../shared/sip/index.ts';
import { recordedAnswer } from '../../../support/front/signaling-peer.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { BROWSERS, offerOf } from '../../../support/sdp-fixtures.ts';
import { errorOf, postOffer, WhipSession } from '../../../support/whip/whip-client.ts';

const STREAMER = { name: 'Cámara 1', codecs: { audio: ['opus'], video: ['VP8'] } };
const ACCOUNT = { email: 'ana@example.org', first_name: 'Ana', last_name: 'Núñez', password: 'correct horse battery' };
const NEW_CREDENTIALS = 'a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n';

let front: RunningFront;
let endpoint: string;

async function start(options: Partial<FrontOptions> = {}): Promise<void> {
  front = await startFront({ requestsPerMinute: 0, ...options }, { streamers: [STREAMER] });
  endpoint = `${front.url}/whep/${encodeURIComponent(STREAMER.name)}`;
}

/** The streamer's end of the latest call. */
const latest = (): Dialog => {
  const dialog = front.peer.dialogs.at(-1);
  if (dialog === undefined) throw new Error('nobody was called');
  return dialog;
};

/** A fragment that the client could have sent: of the ICE session of its offer. */
function candidates(offer: string, ...lines: string[]): string {
  return ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', /a=ice-ufrag:.*/.exec(offer)?.[0] ?? '', ...lines, ''].join('\r\n').replaceAll('\r\r', '\r');
}

const candidate = (port: number, transport = 'udp') => `a=candidate:1 1 ${transport} 2122260223 192.0.2.1 ${port} typ host`;

beforeEach(() => start());
afterEach(() => front.close());

describe('a player', () => {
  it.each(BROWSERS)('that says what %s says is answered by the streamer: 201 with all that the session needs', async (browser) => {
    const response = await postOffer(endpoint, offerOf(browser, 'gathered'), { origin: 'https://player.example' });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/sdp');
    expect(response.headers.get('location')).toMatch(/^\/whep\/C%C3%A1mara%201\/[\w-]{22}$/);
    expect(response.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(response.body.match(/a=ice-ufrag/g)).toHaveLength(2);
    const [invite] = front.peer.of('INVITE');
    expect(invite?.uri).toContain('sip:C%C3%A1mara%201@');
    expect(invite?.from.uri).toMatch(/^sip:whep-[0-9a-f]{6}@/);
  });

  it('is told the STUN and TURN servers', async () => {
    await front.close();
    await start({ iceServers: [{ urls: 'stun:192.0.2.9:3478' }, { urls: 'turn:192.0.2.9:3478', username: 'u', credential: 'p' }] });
    const { headers } = await postOffer(endpoint, offerOf('chromium'));
    expect(headers.get('link')).toBe('<stun:192.0.2.9:3478>; rel="ice-server", <turn:192.0.2.9:3478>; rel="ice-server"; username="u"; credential="p"; credential-type="password"');
  });

  it('goes on while front drains, which lets no other in and is over when the last has left', async () => {
    const session = await WhipSession.begin(endpoint, offerOf('chromium'));
    const drained = front.drain(new AbortController().signal);
    expect(errorOf(await postOffer(endpoint, offerOf('chromium')))).toEqual([503, 'stopping']);
    expect(await session.status()).toBe(204);
    await session.end();
    await drained;
  });

  it('hears why it cannot watch', async () => {
    const offer = offerOf('chromium');
    expect(errorOf(await postOffer(`${front.url}/whep/nobody`, offer))).toEqual([404, 'unknown-streamer']);
    expect(errorOf(await postOffer(endpoint, 'hello'))).toEqual([400, 'bad-offer']);
    expect(errorOf(await postOffer(endpoint, offer, { 'content-type': 'application/json' }))).toEqual([415, 'unsupported-type']);
    expect(errorOf(await postOffer(endpoint, offer.replaceAll(/VP8|opus/g, 'x')))).toEqual([406, 'no-common-codec']);
    expect(errorOf(await postOffer(endpoint, `${offer}a=x:${'y'.repeat(70_000)}\r\n`))).toEqual([413, 'too-large']);
    front.peer.takeCall = (call) => call.reject(486, { headers: { 'Retry-After': '7' } });
    const full = await postOffer(endpoint, offer);
    expect(errorOf(full)).toEqual([503, 'streamer-full']);
    expect(full.headers.get('retry-after')).toBe('7');
    front.peer.takeCall = (call) => call.reject(408);
    expect(errorOf(await postOffer(endpoint, offer))).toEqual([504, 'streamer-silent']);
    expect(front.peer.dialogs).toEqual([]);
  });

  it('hears refusals on a page of any origin', async () => {
    const { headers } = await postOffer(`${front.url}/whep/nobody`, offerOf('chromium'), { origin: 'https://player.example' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  it('may ask first what it may ask', async () => {
    const preflight = await fetch(endpoint, { method: 'OPTIONS', headers: { 'origin': 'https://player.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('accept-post')).toBe('application/sdp');
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization');
    expect((await fetch(endpoint)).status).toBe(204);
    const refused = await fetch(endpoint, { method: 'PUT' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD, OPTIONS']);
  });

  it('that goes before the answer has its call cancelled', async () => {
    let cancelled = (): void => undefined;
    const heard = new Promise<void>((resolve) => (cancelled = resolve));
    front.peer.takeCall = (call) => call.onCancelled(() => cancelled());
    const gone = new AbortController();
    const outcome = postOffer(endpoint, offerOf('chromium'), {}, { signal: gone.signal });
    await front.peer.until(() => front.peer.of('INVITE').length > 0);
    gone.abort();
    await expect(outcome).rejects.toThrow();
    await heard;
  });
});

describe('a player\'s session', () => {
  it('ends by DELETE, with a BYE to the streamer, and is gone then', async () => {
    const session = await WhipSession.begin(endpoint, offerOf('chromium'));
    expect(await session.status()).toBe(204);
    const ended = new Promise((resolve) => latest().onEnded(resolve));
    expect(await session.end()).toBe(200);
    expect(await ended).toBe('remote-bye');
    expect(await session.end()).toBe(404);
  });

  it('is gone when the streamer has said BYE', async () => {
    const session = await WhipSession.begin(endpoint, offerOf('firefox'));
    await latest().bye();
    expect(await session.status()).toBe(404);
    expect((await session.patch(candidates(offerOf('firefox'), candidate(9)))).status).toBe(404);
  });

  it('ends when front does', async () => {
    await WhipSession.begin(endpoint, offerOf('chromium'));
    const ended = new Promise((resolve) => latest().onEnded(resolve));
    await front.stop();
    expect(await ended).toBe('remote-bye');
  });

  it('carries candidates on as INFO, few at a time, without those that media cannot go by', async () => {
    const offer = offerOf('chromium');
    const session = await WhipSession.begin(endpoint, offer);
    latest().onRequest('INFO', (incoming) => incoming.reply(200));
    const lines = [...Array.from({ length: 8 }, (_, index) => candidate(5000 + index)), candidate(9, 'tcp'), 'a=end-of-candidates'];
    expect((await session.patch(candidates(offer, ...lines))).status).toBe(204);
    await front.peer.until(() => front.peer.of('INFO').length === 2);
    const infos = front.peer.of('INFO');
    expect(infos.map(({ headers, contentType }) => [headers.get('Info-Package'), contentType])).toEqual(infos.map(() => ['trickle-ice', 'application/trickle-ice-sdpfrag']));
    expect(infos.map((info) => info.bodyText().match(/a=candidate/g)?.length)).toEqual([6, 2]);
    expect(infos.map((info) => info.bodyText().includes('a=end-of-candidates'))).toEqual([false, true]);
  });

  it('says which precondition is not met', async () => {
    const offer = offerOf('chromium');
    const session = await WhipSession.begin(endpoint, offer);
    const fragment = candidates(offer, candidate(9));
    expect(errorOf(await session.patch(fragment, '"other"'))).toEqual([412, 'precondition-failed']);
    expect(errorOf(await session.patch(fragment, ''))).toEqual([428, 'precondition-required']);
    expect(errorOf(await session.patch('hello'))).toEqual([400, 'bad-fragment']);
  });

  it('is restarted by a re-INVITE in which nothing but ICE is other', async () => {
    const offer = offerOf('chromium');
    const session = await WhipSession.begin(endpoint, offer);
    const before = front.peer.of('INVITE')[0]?.bodyText() ?? '';
    latest().onRequest('INVITE', (incoming) => renew(incoming, 'efgh'));
    const answer = await session.patch(`${NEW_CREDENTIALS}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n${candidate(9)}\r\n`, '*');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/trickle-ice-sdpfrag']);
    expect(answer.body).toContain('a=ice-ufrag:efgh\r\n');
    expect(answer.body).toContain('a=mid:0\r\n');
    const after = front.peer.of('INVITE')[1]?.bodyText() ?? '';
    expect(after).toContain('a=ice-ufrag:ysXw\r\n');
    const others = (sdp: string) => sdp.split('\r\n').filter((line) => !/^(?:o=|a=ice-)/.test(line));
    expect(others(after)).toEqual(others(before));
    expect((await session.patch(candidates('a=ice-ufrag:ysXw', candidate(9)))).status).toBe(204);
    expect((await session.patch(candidates('a=ice-ufrag:ysXw', candidate(9)), '"old"')).status).toBe(412);
  });

  it.each([
    ['refuses it', (incoming: IncomingRequest) => incoming.reply(488), 422, 'not-supported'],
    ['answers as if nothing were asked', (incoming: IncomingRequest) => renew(incoming, 'abcd'), 422, 'not-supported'],
    ['cannot now', (incoming: IncomingRequest) => incoming.reply(500), 503, 'restart-pending'],
  ])('goes on as it was where the streamer %s', async (_how, answer, status, error) => {
    const offer = offerOf('chromium');
    const session = await WhipSession.begin(endpoint, offer);
    latest().onRequest('INVITE', answer);
    expect(errorOf(await session.patch(NEW_CREDENTIALS, '*'))).toEqual([status, error]);
    expect((await session.patch(candidates(offer, candidate(9)))).status).toBe(204);
  });
});

describe('who may watch', () => {
  const watch = (authorization?: string) => postOffer(endpoint, offerOf('chromium'), authorization === undefined ? {} : { authorization });

  async function tokenOf(): Promise<string> {
    const response = await fetch(`${front.url}/user/create/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ACCOUNT) });
    return ((await response.json()) as { access: string }).access;
  }

  it('is whoever may be a guest, unless there are tokens: then who shows one, and who has an account, under its name', async () => {
    expect((await watch()).status).toBe(201);
    expect((await watch('Bearer ')).status).toBe(201);
    await front.close();
    await start({ watchTokens: ['first', 'second'] });
    const refused = await watch();
    expect(errorOf(refused)).toEqual([401, 'sign-in-required']);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(errorOf(await watch('Bearer third'))).toEqual([401, 'invalid-token']);
    expect((await watch('Bearer second')).status).toBe(201);
    expect((await watch(`bearer ${await tokenOf()}`)).status).toBe(201);
    expect(front.peer.of('INVITE').at(-1)?.from.uri).toContain('sip:Ana%20N%C3%BA%C3%B1ez@');
  });

  it('is nobody without an account where there are no guests', async () => {
    await front.close();
    await start({ guests: false });
    expect(errorOf(await watch())).toEqual([401, 'sign-in-required']);
    expect((await watch(`Bearer ${await tokenOf()}`)).status).toBe(201);
  });

  it('is asked to slow down who guesses tokens', async () => {
    await front.close();
    await start({ watchTokens: ['right'] });
    const statuses = [];
    for (let guess = 0; guess < 31; guess++) statuses.push((await watch(`Bearer wrong${guess}`)).status);
    expect(statuses.slice(-2)).toEqual([401, 429]);
  });

  it('is as many as there are places, of one address and in all', async () => {
    await front.close();
    await start({ maxSessionsPerAddress: 1 });
    const session = await WhipSession.begin(endpoint, offerOf('chromium'));
    expect(errorOf(await watch())).toEqual([429, 'too-many-sessions']);
    await session.end();
    expect((await watch()).status).toBe(201);
  });

  it('is slowed down as everybody is', async () => {
    await front.close();
    await start({ requestsPerMinute: 2 });
    const statuses = [await watch(), await watch(), await watch()].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 429]);
  });
});

/** Answers a re-INVITE with this user name fragment. */
function renew(incoming: IncomingRequest, ufrag: string): void {
  incoming.reply(200, { body: recordedAnswer(incoming.request.bodyText()).replace('abcd', ufrag), contentType: 'application/sdp' });
}
