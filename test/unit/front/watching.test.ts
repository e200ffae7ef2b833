import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingCall, SipRequest } from '../../../shared/sip/index.ts';
import { serialize } from '../../../shared/sip/index.ts';
import { Client } from '../../support/front/client.ts';
import { someText } from '../../support/front/expectations.ts';
import { recordedAnswer } from '../../support/front/signaling-peer.ts';
import type { SignalingPeer } from '../../support/front/signaling-peer.ts';
import { startFront } from '../../support/front/start-front.ts';
import type { RunningFront } from '../../support/front/start-front.ts';
import { BROWSERS, offerOf } from '../../support/sdp-fixtures.ts';

const CODECS = { audio: ['opus'], video: ['VP8'] };
const CAM = { name: 'Cámara 1', address: '127.0.0.1:9997', title: 'T', image: 'i.jpg', description: 'D', codecs: CODECS, viewers: 3 };
const OTHER = { ...CAM, name: 'other' };
/** RFC 3261 §18.1.1. */
const DATAGRAM_BYTES = 1300;
/** What the proxy adds to an INVITE on its way: its Via and Record-Route. */
const RELAY_BYTES = 150;

const offer = offerOf('chromium');
const offered = { type: 'offer', sdp: offer };

let front: RunningFront;
let peer: SignalingPeer;
let count = 0;

beforeAll(async () => {
  front = await startFront({ requestsPerMinute: 0, returnMs: 50 }, { streamers: [CAM, OTHER] });
  peer = front.peer;
});
afterAll(() => front.close());
beforeEach(() => {
  peer.requests.length = 0;
  peer.takeCall = (call) => peer.answer(call, recordedAnswer(call.request.bodyText()));
});

async function someone(): Promise<Client> {
  return new Client(front.url, `viewer ${count++}`).register();
}

/** Lets the next call ring until the test decides. */
function nextCall(): Promise<IncomingCall> {
  return new Promise((resolve) => (peer.takeCall = resolve));
}

function from(client: Client) {
  return (request: SipRequest) => request.from.parsedUri().user === client.name;
}

describe('POST /options', () => {
  it('asks by OPTIONS in the viewer\'s name and lists who streams (seed 4.6, seed 4.18)', async () => {
    const viewer = await someone();
    const { status, body } = await viewer.post('/options');
    expect(status).toBe(200);
    expect(body['streamers']).toContainEqual({ name: 'Cámara 1', address: '127.0.0.1:9997', title: 'T', image: '/images/i.jpg', description: 'D', viewers: 3 });
    expect(peer.of('OPTIONS').some(from(viewer))).toBe(true);
  });

  it('answers [] when nobody streams (seed 4.6)', async () => {
    peer.streamers = [];
    expect((await (await someone()).post('/options')).body).toEqual({ streamers: [] });
    peer.streamers = [CAM, OTHER];
  });

  it('reads every page of a long directory', async () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ ...CAM, name: `cam ${index}` }));
    peer.streamers = many;
    peer.pageSize = 4;
    const { body } = await (await someone()).post('/options');
    expect((body['streamers'] as { name: string }[]).map(({ name }) => name)).toEqual(many.map(({ name }) => name));
    peer.streamers = [CAM, OTHER];
    peer.pageSize = Infinity;
  });
});

describe('POST /streamer', () => {
  it('stores the choice and answers (seed 4.7)', async () => {
    expect(await (await someone()).post('/streamer', { streamer: 'Cámara 1' })).toMatchObject({ status: 200, body: { request: 'accepted' } });
  });

  it('knows only who streams: 404', async () => {
    for (const streamer of ['nobody', '__proto__', 'Cámara 1\r\n', '<b>']) {
      expect(await (await someone()).post('/streamer', { streamer })).toMatchObject({ status: 404, body: { error: 'unknown-streamer' } });
    }
  });
});

describe('POST /offer', () => {
  it('becomes INVITE, 202 and ACK, and the answer comes back (seed 4.8, seed 4.11)', async () => {
    const viewer = new Client(front.url, 'Ünal <b> 😀');
    const before = peer.dialogs.length;
    const { status, body } = await viewer.watch('Cámara 1', offer);
    expect(status).toBe(200);
    expect(body['type']).toBe('answer');
    expect(body['sdp']).toMatch(/^v=0\r\n[^]*m=audio[^]*a=ice-ufrag:abcd[^]*m=video[^]*a=ice-ufrag:abcd/);
    await peer.until(() => peer.dialogs.length > before);
    const [invite] = peer.of('INVITE');
    expect(invite?.from.parsedUri().user).toBe('Ünal <b> 😀');
    expect(invite?.parsedUri().user).toBe('Cámara 1');
    expect(invite?.contentType).toBe('application/sdp');
  });

  it('fits one datagram, from both browsers (seed 4.8)', async () => {
    for (const made of BROWSERS.flatMap((browser) => [offerOf(browser), offerOf(browser, 'gathered')])) {
      peer.requests.length = 0;
      expect((await (await someone()).watch('other', made)).status).toBe(200);
      expect(serialize(peer.of('INVITE')[0]!).length).toBeLessThan(DATAGRAM_BYTES - RELAY_BYTES);
    }
  });

  it('needs a streamer: 409', async () => {
    expect(await (await someone()).post('/offer', offered)).toMatchObject({ status: 409, body: { error: 'no-streamer-chosen' } });
  });

  it('chooses the streamer as well where it names one, for the next offer too', async () => {
    const viewer = await someone();
    expect((await viewer.post('/offer', { ...offered, streamer: 'Cámara 1' })).status).toBe(200);
    expect((await viewer.post('/offer', { ...offered, streamer: 'other' })).status).toBe(200);
    expect((await viewer.post('/offer', offered)).status).toBe(200);
    expect(peer.of('INVITE').map((invite) => invite.parsedUri().user)).toEqual(['Cámara 1', 'other', 'other']);
    expect(peer.of('BYE')).toHaveLength(2);
  });

  it.each([['nobody', 404, 'unknown-streamer'], ['', 400, 'malformed-request'], [7, 400, 'malformed-request'], ['x'.repeat(201), 400, 'malformed-request']])('calls nobody for the streamer %.10j: %d %s', async (streamer, status, error) => {
    const viewer = await someone();
    await viewer.post('/streamer', { streamer: 'other' });
    expect(await viewer.post('/offer', { ...offered, streamer })).toMatchObject({ status, body: { error } });
    expect(peer.of('INVITE')).toHaveLength(0);
    expect((await viewer.post('/offer', offered)).status).toBe(200);
    expect(peer.of('INVITE')[0]?.parsedUri().user).toBe('other');
  });

  it.each(['nonsense', 'v=0\r\n', '\0', 'x'.repeat(30_000), '{"type":"offer"}'])('must be SDP: 400 for %.20j', async (sdp) => {
    expect(await (await someone()).watch('other', sdp)).toMatchObject({ status: 400, body: { error: 'bad-offer' } });
    expect(peer.of('INVITE')).toHaveLength(0);
  });

  it.each([
    [404, 404, 'unknown-streamer'], [400, 400, 'bad-offer'], [480, 504, 'streamer-silent'], [488, 406, 'no-common-codec'], [415, 406, 'no-common-codec'],
    [486, 503, 'streamer-full'], [503, 503, 'streamer-full'], [603, 502, 'streamer-error'], [500, 502, 'streamer-error'], [403, 502, 'signaling-refused'],
    [482, 502, 'signaling-error'], [513, 413, 'too-large'],
  ])('tells of a %d by %d %s', async (sip, http, error) => {
    peer.takeCall = (call) => call.reject(sip, sip === 503 ? { headers: { 'Retry-After': '7 (busy);duration=60' } } : {});
    const answer = await (await someone()).watch('other', offer);
    expect(answer).toMatchObject({ status: http, body: { error, message: someText } });
    if (http === 503) expect(answer.headers.get('retry-after')).toBe(sip === 503 ? '7' : '10');
    expect(peer.of('INVITE')).toHaveLength(1);
  });

  it('hangs up when the answer fits no offer: 502', async () => {
    peer.takeCall = (call) => peer.answer(call, 'nonsense');
    expect(await (await someone()).watch('other', offer)).toMatchObject({ status: 502, body: { error: 'streamer-error' } });
    await peer.until(() => peer.of('BYE').length === 1);
  });

  it('is made again when the call was lost on the way, but not for ever', async () => {
    let calls = 0;
    peer.takeCall = (call) => (++calls === 1 ? call.reject(408) : peer.answer(call, recordedAnswer(call.request.bodyText())));
    expect((await (await someone()).watch('other', offer)).status).toBe(200);
    expect(new Set(peer.of('INVITE').map(({ callId }) => callId)).size).toBe(2);
    peer.takeCall = (call) => call.reject(408);
    expect(await (await someone()).watch('other', offer)).toMatchObject({ status: 504, body: { error: 'streamer-silent' } });
    expect(peer.of('INVITE')).toHaveLength(2 + 3);
  });

  it('serves fifty viewers at once over the one socket, each with a call of his own (seed 4.11, seed 4.2)', async () => {
    const viewers = await Promise.all(Array.from({ length: 50 }, () => someone()));
    const answers = await Promise.all(viewers.map((viewer) => viewer.watch('other', offer)));
    expect(answers.map(({ status }) => status)).toEqual(viewers.map(() => 200));
    const invites = peer.of('INVITE');
    expect(new Set(invites.map(({ callId }) => callId)).size).toBe(50);
    expect(new Set(invites.map(({ topVia }) => `${topVia.host}:${String(topVia.port)}`)).size).toBe(1);
  });
});

describe('the end of a call', () => {
  it('is a BYE when the viewer leaves (seed 4.17)', async () => {
    const viewer = await someone();
    await viewer.watch('other', offer);
    expect((await viewer.post('/leave')).body).toEqual({ request: 'accepted' });
    await peer.until(() => peer.of('BYE').length === 1);
    expect(peer.of('BYE')[0]?.callId).toBe(peer.of('INVITE')[0]?.callId);
  });

  it('is a BYE when he chooses another streamer, and not when he chooses the same (seed 4.17)', async () => {
    const viewer = await someone();
    await viewer.watch('other', offer);
    await viewer.post('/streamer', { streamer: 'other' });
    await viewer.post('/streamer', { streamer: 'Cámara 1' });
    await peer.until(() => peer.of('BYE').length > 0);
    expect(peer.of('BYE')).toHaveLength(1);
  });

  it('is a BYE when he offers again (seed 4.17)', async () => {
    const viewer = await someone();
    await viewer.watch('other', offer);
    expect((await viewer.post('/offer', offered)).status).toBe(200);
    expect(peer.requests.map(({ method }) => method).filter((method) => method === 'INVITE' || method === 'BYE')).toEqual(['INVITE', 'BYE', 'INVITE']);
  });

  it('is a BYE, and a free name, when his page closes and does not return (seed 4.17)', async () => {
    const viewer = await someone();
    const page = await viewer.page();
    await viewer.watch('other', offer);
    await page.close();
    await peer.until(() => peer.of('BYE').length === 1);
    await new Client(front.url, viewer.name).register();
  });

  it('is a CANCEL when he gives up before the answer (seed 4.17)', async () => {
    const viewer = await someone();
    const ringing = nextCall();
    const request = new AbortController();
    const waiting = viewer.watch('other', offer, { signal: request.signal });
    const call = await ringing;
    call.ring();
    request.abort();
    await expect(waiting).rejects.toThrow();
    await new Promise<void>((resolve) => call.onCancelled(resolve));
  });

  it('is a BYE when the answer crosses with his going', async () => {
    const viewer = await someone();
    const ringing = nextCall();
    const request = new AbortController();
    const waiting = viewer.watch('other', offer, { signal: request.signal });
    const call = await ringing;
    request.abort();
    await expect(waiting).rejects.toThrow();
    // Not a word was said before, so that no CANCEL was sent: the INVITE might overtake it.
    await peer.answer(call, recordedAnswer(offer));
    await peer.until(() => peer.of('BYE').length === 1);
  });

  it('is told to his page when the streamer hangs up (seed 4.17)', async () => {
    const viewer = await someone();
    const page = await viewer.page();
    const before = peer.dialogs.length;
    await viewer.watch('other', offer);
    await peer.until(() => peer.dialogs.length > before);
    await peer.dialogs.at(-1)?.bye();
    expect(await page.nextOfType('ended')).toEqual({ type: 'ended', streamer: 'other', reason: someText });
    await page.close();
  });

  it('is a BYE for each when the server stops (seed 4.17)', async () => {
    const own = await startFront({}, { streamers: [OTHER] });
    await Promise.all(Array.from({ length: 5 }, (_, index) => new Client(own.url, `v${index}`).watch('other', offer)));
    await own.stop();
    expect(own.peer.of('BYE')).toHaveLength(5);
    await own.close();
  });
});
