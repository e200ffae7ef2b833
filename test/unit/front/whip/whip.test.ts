import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrontOptions } from '../../../../front/options.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { memberOfferOf, offerOf } from '../../../support/sdp-fixtures.ts';
import { errorOf, postOffer, WhipSession } from '../../../support/whip/whip-client.ts';

const OFFER = memberOfferOf('chromium');

let front: RunningFront;

async function start(options: Partial<FrontOptions> = {}): Promise<void> {
  front = await startFront({ requestsPerMinute: 0, ...options });
}

beforeEach(() => start());
afterEach(() => front.close());

const publish = (name: string, headers: Record<string, string> = {}) => postOffer(`${front.url}/whip/${name}`, OFFER, headers);

describe('an encoder', () => {
  it('publishes by an INVITE to whoever takes it, which says the name and the title', async () => {
    const response = await publish('my%20camera?title=Tea%20at%20%22five%22');
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toMatch(/^\/whip\/my%20camera\/[\w-]{22}$/);
    const [invite] = front.peer.of('INVITE');
    expect(invite?.uri).toMatch(/^sip:publish@/);
    expect(invite?.headers.get('Sipcast-Publish')).toBe('name="my%20camera";title="Tea%20at%20%22five%22"');
    expect(invite?.from.uri).toMatch(/^sip:whip-[0-9a-f]{6}@/);
    expect(invite?.bodyText()).not.toMatch(/a=(?:candidate|simulcast|rid)/);
  });

  it.each([
    [403, 409, 'name-taken', true],
    [480, 503, 'no-ingest', true],
    [503, 503, 'no-ingest', true],
    [488, 406, 'no-common-codec', false],
    [400, 400, 'bad-offer', false],
    [401, 502, 'signaling-refused', false],
  ])('hears of %i as %i %s', async (sip, status, error, again) => {
    front.peer.takeCall = (call) => call.reject(sip);
    const response = await publish('camera');
    expect(errorOf(response)).toEqual([status, error]);
    expect(response.headers.has('retry-after')).toBe(again);
  });

  it('hears that its offer, its name or its title cannot be', async () => {
    expect(errorOf(await postOffer(`${front.url}/whip/camera`, offerOf('chromium')))).toEqual([400, 'bad-offer']);
    expect(errorOf(await publish('a%0Ab'))).toEqual([400, 'malformed-request']);
    expect(errorOf(await publish('x'.repeat(100)))).toEqual([400, 'malformed-request']);
    expect(errorOf(await publish(`camera?title=${'x'.repeat(100)}`))).toEqual([400, 'malformed-request']);
    expect(front.peer.of('INVITE')).toEqual([]);
  });

  it('stops by DELETE, and is gone when the other side says BYE', async () => {
    const url = `${front.url}/whip/camera`;
    const session = await WhipSession.begin(url, OFFER);
    const ended = new Promise((resolve) => front.peer.dialogs[0]?.onEnded(resolve));
    expect(await session.end()).toBe(200);
    expect(await ended).toBe('remote-bye');
    const next = await WhipSession.begin(url, OFFER);
    await front.peer.dialogs[1]?.bye();
    expect(await next.end()).toBe(404);
  });
});

describe('who may publish', () => {
  it('is whoever sits at this machine where nobody else reaches it, but not by a page of another site', async () => {
    expect((await publish('camera')).status).toBe(201);
    expect((await publish('camera', { origin: 'http://localhost:5173' })).status).toBe(201);
    expect(errorOf(await publish('camera', { origin: 'https://evil.example' }))).toEqual([401, 'sign-in-required']);
    expect(errorOf(await publish('camera', { 'x-forwarded-for': '192.0.2.1' }))).toEqual([401, 'sign-in-required']);
    expect(await statusByHost('evil.example')).toBe(401);
  });

  it('is who shows a token, where there is one, from wherever', async () => {
    await front.close();
    await start({ publishTokens: ['studio'] });
    const refused = await publish('camera');
    expect(errorOf(refused)).toEqual([401, 'sign-in-required']);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(errorOf(await publish('camera', { authorization: 'Bearer other' }))).toEqual([401, 'invalid-token']);
    expect((await publish('camera', { 'authorization': 'Bearer studio', 'origin': 'https://studio.example' })).status).toBe(201);
  });

  it('is nobody without a token where other machines reach the server', async () => {
    await front.close();
    await start({ http: { host: '0.0.0.0', port: 0 } });
    const { port } = new URL(front.url);
    expect(errorOf(await postOffer(`http://127.0.0.1:${port}/whip/camera`, OFFER))).toEqual([401, 'sign-in-required']);
  });
});

/** Of a request by another name of this machine, as a foreign site's that points a name here. */
function statusByHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${front.url}/whip/camera`, { method: 'POST', headers: { host, 'content-type': 'application/sdp' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end(OFFER);
  });
}
