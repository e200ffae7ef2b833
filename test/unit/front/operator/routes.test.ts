import { afterEach, describe, expect, it } from 'vitest';
import { Client } from '../../../support/front/client.ts';
import { CHEAP, Member, PASSWORD } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { offerOf } from '../../../support/sdp-fixtures.ts';

const PATHS = ['streamers', 'sessions', 'errors', 'metrics'];
const WALL_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const STREAMERS = [{ name: 'cam', title: 'The camera', address: 'sip:cam@127.0.0.1', codecs: { audio: ['opus'], video: ['VP8'] }, viewers: 3 }];

const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}` });

describe('/operator/', () => {
  let front: RunningFront;
  afterEach(() => front.close());

  async function get(path: string, headers: Record<string, string> = {}) {
    const answer = await fetch(`${front.url}/operator/${path}/`, { headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('is for operators: by their account, or by the password', async () => {
    front = await startFront({ operatorPassword: 'battery', operatorEmails: ['boss@example.org'], passwordCost: CHEAP });
    const boss = new Member(front.url);
    await boss.send('POST', '/user/create/', { email: 'boss@example.org', first_name: 'The', last_name: 'Boss', password: PASSWORD }, { headers: basic('battery') });
    const other = await Member.create(front.url, 'eva');
    for (const path of PATHS) {
      expect(await get(path)).toMatchObject({ status: 401, body: { error: 'operators-only' } });
      expect(await get(path, basic('wrong'))).toMatchObject({ status: 401, body: { error: 'operators-only' } });
      expect(await get(path, { authorization: 'Bearer nonsense' })).toMatchObject({ status: 401, body: { error: 'invalid-token' } });
      expect(await get(path, { authorization: `Bearer ${other.access}` })).toMatchObject({ status: 403, body: { error: 'operators-only' } });
      expect((await get(path, basic('battery'))).status).toBe(200);
      expect((await get(path, { authorization: `Bearer ${boss.access}` })).status).toBe(200);
    }
    const end = (headers: Record<string, string>) => fetch(`${front.url}/operator/sessions/x/`, { method: 'DELETE', headers });
    expect((await end({})).status).toBe(401);
    expect((await end({ authorization: `Bearer ${other.access}` })).status).toBe(403);
    expect((await end({ ...basic('battery'), origin: 'http://evil.example' })).status).toBe(403);
    expect((await end(basic('battery'))).status).toBe(404);
  });

  it('is for this machine alone where there is no password', async () => {
    front = await startFront();
    expect((await get('sessions')).status).toBe(200);
    expect(await get('sessions', { 'x-forwarded-for': '10.0.0.1' })).toMatchObject({ status: 403, body: { error: 'operators-only' } });
  });

  it('tells who streams, who watches, and what is counted', async () => {
    front = await startFront({ wallClock: () => WALL_MS }, { streamers: STREAMERS });
    const viewer = new Client(front.url, 'Ana');
    await viewer.watch('cam', offerOf('chromium'));
    const since = '2026-01-02T03:04:05.000Z';
    const [streamer] = STREAMERS;
    expect((await get('streamers')).body).toEqual({ streamers: [{ ...streamer, mode: 'live', renditions: [], since }] });
    const [invite] = front.peer.of('INVITE');
    expect((await get('sessions')).body).toEqual({ sessions: [{ id: invite?.callId, viewer: 'Ana', streamer: 'cam', via: 'page', since }] });
    expect((await get('metrics')).body['metrics']).toEqual(expect.arrayContaining([{ name: 'sipcast_front_watching', labels: {}, value: 1 }, { name: 'sipcast_front_watches_total', labels: { result: 'answered' }, value: 1 }]));
    expect((await get('errors')).body).toEqual({ errors: [] });
  });

  it('ends a session: the streamer gets a BYE, and the viewer’s pages are told by whom', async () => {
    front = await startFront({}, { streamers: STREAMERS });
    const viewer = new Client(front.url, 'Ana');
    await viewer.watch('cam', offerOf('chromium'));
    const page = await viewer.page();
    const id = front.peer.of('INVITE')[0]?.callId ?? '';
    const ended = await fetch(`${front.url}/operator/sessions/${encodeURIComponent(id)}/`, { method: 'DELETE' });
    expect([ended.status, await ended.text()]).toEqual([204, '']);
    expect(await page.nextOfType('ended')).toEqual({ type: 'ended', streamer: 'cam', reason: 'an operator has ended it', by: 'operator' });
    await front.peer.until(() => front.peer.of('BYE').length > 0);
    expect(front.peer.of('BYE')[0]?.callId).toBe(id);
    expect((await get('sessions')).body).toEqual({ sessions: [] });
    expect((await fetch(`${front.url}/operator/sessions/${encodeURIComponent(id)}/`, { method: 'DELETE' })).status).toBe(404);
    await page.close();
  });

  it('shows what went wrong, and in which call', async () => {
    front = await startFront({}, { streamers: STREAMERS });
    front.peer.takeCall = (call) => front.peer.answer(call, 'this is no answer');
    expect((await new Client(front.url, 'Ana').watch('cam', offerOf('chromium'))).status).toBe(502);
    const { errors } = (await get('errors')).body as { errors: { level: string; message: string; callId: string }[] };
    expect(errors[0]).toMatchObject({ level: 'warn', message: 'hanging up: the answer cannot be used', callId: front.peer.of('INVITE')[0]?.callId });
  });
});
