import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../../front/http/app.ts';
import type { AppOptions } from '../../../../front/http/app.ts';
import { openApiDocument } from '../../../../front/openapi/document.ts';
import { Client } from '../../../support/front/client.ts';
import { CHEAP, Member, PASSWORD } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { Described, routesOf } from '../../../support/openapi/described.ts';
import { offerOf } from '../../../support/sdp-fixtures.ts';

const OPERATOR_PASSWORD = 'battery staple';

/** Routes are made without a look at what they work on. */
function anyApp() {
  const anything = {} as never;
  const options: AppOptions = {
    context: {} as AppOptions['context'], operatorView: {} as AppOptions['operatorView'], pageFolder: '/nowhere', imagesFolder: '/nowhere', imageSources: [], requestsPerMinute: 0, trustedProxies: [],
    insistOnHttps: false, guests: true, iceServers: [], accounts: anything, rooms: anything, calls: anything, feeds: anything, operators: { only: () => undefined } as never, health: anything,
    bridge: { whep: {}, whip: {} } as never, watchTokens: [], publishTokens: [], loopbackOnly: false, tickets: anything, random: anything, capturesFolder: '/nowhere',
    clock: anything, log: anything, count: (_request, _response, next) => next(),
  };
  return createApp(options) as unknown as { router: Parameters<typeof routesOf>[0] };
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(openApiDocument()) as Record<string, unknown>);
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it('has every route of the app, and no other', () => {
    expect(new Described(openApiDocument()).operations.sort()).toEqual(routesOf(anyApp().router).sort());
  });

  it('gives each operation an id of its own', () => {
    const { paths } = openApiDocument() as { paths: Record<string, Record<string, { operationId: string }>> };
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(['getRoomsId', 'deleteOperatorSessionsId', 'postTokenRefresh']));
  });
});

describe('what front answers', () => {
  let front: RunningFront;
  let described: Described;
  beforeAll(async () => {
    front = await startFront({ requestsPerMinute: 0, passwordCost: CHEAP, operatorPassword: OPERATOR_PASSWORD, operatorEmails: ['boss@example.org'] }, { streamers: [{ name: 'cam', codecs: { audio: [], video: ['VP8'] } }] });
    described = new Described(await (await fetch(`${front.url}/openapi.json`)).json() as object);
  });
  afterAll(() => front.close());

  const asOperator = { headers: { authorization: `Basic ${Buffer.from(`me:${OPERATOR_PASSWORD}`).toString('base64')}` } };

  /** Sends it, and holds the answer against the document. @param path where it differs from the operation's */
  async function hold(operation: string, status: number, { path, body, headers }: { path?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<void> {
    const [method = '', usualPath = ''] = operation.split(' ');
    const answer = await fetch(front.url + (path ?? usualPath), { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    expect([operation, answer.status]).toEqual([operation, status]);
    expect(await described.complaints(operation, answer)).toEqual([]);
  }

  it('to viewers is as described', async () => {
    const viewer = await new Client(front.url, 'Ana').register();
    const headers = { cookie: viewer.cookie ?? '' };
    const say = (content: object, name = 'Ana') => ({ headers, body: { name, content } });
    await hold('POST /register', 200, say({}));
    await hold('POST /register', 400, { body: { name: '', content: {} } });
    await hold('POST /options', 200, say({}));
    await hold('POST /options', 401, say({}, 'Bob'));
    await hold('POST /options', 415, { headers: { 'content-type': 'text/html' } });
    await hold('POST /offer', 409, say({ type: 'offer', sdp: offerOf('chromium') }));
    await hold('POST /streamer', 404, say({ streamer: 'nobody' }));
    await hold('POST /streamer', 200, say({ streamer: 'cam' }));
    await hold('POST /offer', 200, say({ type: 'offer', sdp: offerOf('chromium') }));
    await hold('POST /offer', 400, say({ type: 'offer', sdp: 'no SDP' }));
    await hold('POST /leave', 200, say({}));
    await hold('POST /leave', 403, { ...say({}), headers: { ...headers, origin: 'http://evil.example' } });
    await hold('POST /rename', 200, say({ to: 'Ana B' }));
    await hold('GET /settings', 200);
  });

  it('about accounts, rooms and calls is as described', async () => {
    const boss = await Member.create(front.url, 'ana');
    const bearer = { headers: { authorization: `Bearer ${boss.access}` } };
    await hold('POST /user/create', 400, { body: { email: 'ana@example.org', first_name: 'Ana', last_name: 'B', password: PASSWORD } });
    await hold('POST /user/create', 201, { body: { email: 'eva@example.org', first_name: 'Eva', last_name: 'B', password: PASSWORD } });
    await hold('POST /user/create', 401, { body: { email: 'boss@example.org', first_name: 'Eva', last_name: 'B', password: PASSWORD } });
    await hold('POST /token', 200, { body: { email: 'ana@example.org', password: PASSWORD } });
    await hold('POST /token', 401, { body: { email: 'ana@example.org', password: 'wrong' } });
    await hold('POST /token/refresh', 200, { body: { refresh: boss.refresh } });
    await hold('POST /token/refresh', 401);
    await hold('POST /token/verify', 200, { body: { token: boss.access } });
    await hold('POST /token/verify', 401, { body: { token: 'x' } });
    await hold('GET /user', 200, bearer);
    await hold('GET /user', 401);
    await hold('PATCH /user', 200, { ...bearer, body: { first_name: 'Anna' } });
    await hold('PATCH /user', 400, { ...bearer, body: { password: 'x' } });
    const { id } = await boss.room('Tea', { password: 'sesame', guest_limit: 4 });
    await hold('POST /rooms', 201, { ...bearer, body: { title: 'Coffee' } });
    await hold('POST /rooms', 409, { ...bearer, body: { title: 'Coffee' } });
    await hold('GET /rooms', 200, { path: '/rooms/?limit=1' });
    await hold('GET /rooms', 400, { path: '/rooms/?limit=x' });
    await hold('GET /rooms/{id}', 200, { ...bearer, path: `/rooms/${id}/` });
    await hold('GET /rooms/{id}', 404, { path: '/rooms/x/' });
    await hold('PATCH /rooms/{id}', 200, { ...bearer, path: `/rooms/${id}`, body: { description: 'Bring a cup.' } });
    await hold('PATCH /rooms/{id}', 401, { path: `/rooms/${id}`, body: { description: '' } });
    await hold('DELETE /rooms/{id}', 401, { path: `/rooms/${id}` });
    await hold('DELETE /rooms/{id}', 204, { ...bearer, path: `/rooms/${id}` });
    await hold('GET /calls', 403, bearer);
    await hold('DELETE /calls/{id}', 401, { path: '/calls/x' });
    await hold('POST /token/revoke', 200, { body: { refresh: boss.refresh } });
  });

  it('to operators is as described', async () => {
    const created = await new Member(front.url).send('POST', '/user/create/', { email: 'boss@example.org', first_name: 'The', last_name: 'Boss', password: PASSWORD }, asOperator);
    const bearer = { headers: { authorization: `Bearer ${created.body['access'] as string}` } };
    const viewer = new Client(front.url, 'Carl');
    await viewer.watch('cam', offerOf('chromium'));
    await hold('GET /operator', 200);
    for (const path of ['streamers', 'sessions', 'errors', 'metrics']) {
      await hold(`GET /operator/${path}`, 401);
      await hold(`GET /operator/${path}`, 200, asOperator);
      await hold(`GET /operator/${path}`, 200, bearer);
    }
    const { sessions } = (await (await fetch(`${front.url}/operator/sessions`, asOperator)).json()) as { sessions: { id: string }[] };
    await hold('DELETE /operator/sessions/{id}', 401, { path: '/operator/sessions/x' });
    await hold('DELETE /operator/sessions/{id}', 404, { ...asOperator, path: '/operator/sessions/x' });
    await hold('DELETE /operator/sessions/{id}', 204, { ...asOperator, path: `/operator/sessions/${encodeURIComponent(sessions[0]?.id ?? '')}` });
    await hold('GET /calls', 200, bearer);
    await hold('DELETE /calls/{id}', 404, { ...bearer, path: '/calls/x' });
    await hold('GET /streamers/{name}/statistics', 401, { path: '/streamers/cam/statistics' });
    await hold('GET /streamers/{name}/statistics', 400, { ...asOperator, path: `/streamers/${'x'.repeat(300)}/statistics` });
    await hold('GET /streamers/{name}/statistics/events', 401, { path: '/streamers/cam/statistics/events' });
    await hold('GET /statistics/{name}', 401, { path: '/statistics/cam' });
    await hold('GET /healthz', 200);
    await hold('GET /readyz', 200);
    await hold('GET /openapi.json', 200);
  });

  it('is readable by pages of other sites as far as it is the document', async () => {
    const { headers } = await fetch(`${front.url}/openapi.json`, { headers: { origin: 'https://swagger.example' } });
    expect([headers.get('access-control-allow-origin'), headers.get('cross-origin-resource-policy')]).toEqual(['*', 'cross-origin']);
  });
});
