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
import { memberOfferOf, offerOf } from '../../../support/sdp-fixtures.ts';
import { postOffer } from '../../../support/whip/whip-client.ts';

const OPERATOR_PASSWORD = 'battery staple';
const WATCH_TOKEN = 'watch-me-7f3a';

/** An operation of WHEP or WHIP. */
const ENDPOINT = /^[A-Z]+ \/wh[ei]p\//;

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
    // WHEP and WHIP have no routes of Express: see below.
    const routed = new Described(openApiDocument()).operations.filter((operation) => !ENDPOINT.test(operation));
    expect(routed.sort()).toEqual(routesOf(anyApp().router).sort());
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
    const options = { requestsPerMinute: 0, passwordCost: CHEAP, operatorPassword: OPERATOR_PASSWORD, operatorEmails: ['boss@example.org'], watchTokens: [WATCH_TOKEN] };
    front = await startFront(options, { streamers: [{ name: 'cam', codecs: { audio: [], video: ['VP8'] } }] });
    described = new Described(await (await fetch(`${front.url}/openapi.json`)).json() as object);
  });
  afterAll(() => front.close());

  const asOperator = { headers: { authorization: `Basic ${Buffer.from(`me:${OPERATOR_PASSWORD}`).toString('base64')}` } };

  /** Sends it, and holds the answer against the document. @param path where it differs from the operation's */
  async function hold(operation: string, status: number, { path, body, headers }: { path?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<Response> {
    const [method = '', usualPath = ''] = operation.split(' ');
    const answer = await fetch(front.url + (path ?? usualPath), { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
    expect([operation, answer.status]).toEqual([operation, status]);
    expect(await described.complaints(operation, answer)).toEqual([]);
    return answer;
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
    await postOffer(`${front.url}/whep/cam`, offerOf('chromium'), { authorization: `Bearer ${WATCH_TOKEN}` });
    await postOffer(`${front.url}/whip/mine`, memberOfferOf('chromium'));
    await hold('GET /operator', 200);
    for (const path of ['streamers', 'sessions', 'errors', 'metrics']) {
      await hold(`GET /operator/${path}`, 401);
      await hold(`GET /operator/${path}`, 200, asOperator);
      await hold(`GET /operator/${path}`, 200, bearer);
    }
    const { sessions } = (await (await fetch(`${front.url}/operator/sessions`, asOperator)).json()) as { sessions: { id: string; via: string }[] };
    expect(sessions.map(({ via }) => via)).toEqual(['page', 'whep', 'whip']);
    await hold('DELETE /operator/sessions/{id}', 401, { path: '/operator/sessions/x' });
    await hold('DELETE /operator/sessions/{id}', 404, { ...asOperator, path: '/operator/sessions/x' });
    await hold('DELETE /operator/sessions/{id}', 204, { ...asOperator, path: `/operator/sessions/${encodeURIComponent(sessions[0]?.id ?? '')}` });
    await hold('GET /calls', 200, bearer);
    await hold('DELETE /calls/{id}', 404, { ...bearer, path: '/calls/x' });
    await hold('GET /streamers/{name}/statistics', 401, { path: '/streamers/cam/statistics' });
    await hold('GET /streamers/{name}/statistics', 400, { ...asOperator, path: `/streamers/${'x'.repeat(300)}/statistics` });
    await hold('GET /streamers/{name}/statistics/events', 401, { path: '/streamers/cam/statistics/events' });
    await hold('GET /statistics/{name}', 401, { path: '/statistics/cam' });
    await hold('GET /trace', 401);
    await hold('GET /trace', 401, { headers: { authorization: 'Bearer nonsense' } });
    await hold('GET /trace', 200, asOperator);
    await hold('GET /trace', 200, bearer);
    await hold('GET /healthz', 200);
    await hold('GET /readyz', 200);
    await hold('GET /openapi.json', 200);
  });

  it('to players and encoders is as described, as are the methods they may use', async () => {
    const endpoints: { base: string; at: string; offer: string; proof: Record<string, string> }[] = [
      { base: '/whep/{streamer}', at: '/whep/cam', offer: offerOf('chromium'), proof: { authorization: `Bearer ${WATCH_TOKEN}` } },
      { base: '/whip/{name}', at: '/whip/studio', offer: memberOfferOf('chromium'), proof: {} },
    ];
    for (const { base, at, offer, proof } of endpoints) {
      const post = (status: number, { path = at, body = offer, headers = {} }: { path?: string; body?: string; headers?: Record<string, string> } = {}) =>
        hold(`POST ${base}`, status, { path, body, headers: { 'content-type': 'application/sdp', ...proof, ...headers } });
      await post(401, { headers: { authorization: 'Bearer guess' } });
      await post(400, { body: 'no SDP' });
      await post(406, { body: offer.replaceAll(/VP8|VP9|H264|AV1|opus/g, 'x') });
      await post(413, { body: `${offer}a=x:${'y'.repeat(70_000)}\r\n` });
      await post(415, { headers: { 'content-type': 'text/html' } });
      const begun = await post(201);
      const path = begun.headers.get('location') ?? '';
      const session = `${base}/{id}`;
      const patch = (status: number, body: string, headers: Record<string, string> = {}) => hold(`PATCH ${session}`, status, { path, body, headers: { 'content-type': 'application/trickle-ice-sdpfrag', ...headers } });
      const tag = { 'if-match': begun.headers.get('etag') ?? '' };
      await patch(204, `${/a=ice-ufrag:.*\r\n/.exec(offer)?.[0] ?? ''}a=end-of-candidates\r\n`, tag);
      await patch(400, 'x', tag);
      await patch(412, '', { 'if-match': '"other"' });
      await patch(428, '');
      for (const [operation, of] of [[base, at], [session, path]] as const) {
        await hold(`GET ${operation}`, 204, { path: of });
        const { headers } = await hold(`OPTIONS ${operation}`, 204, { path: of });
        // HEAD goes without saying where there is GET.
        const allowed = headers.get('allow')?.split(', ').filter((method) => method !== 'HEAD');
        expect(Object.keys(described.document.paths[operation] ?? {}).map((method) => method.toUpperCase()).sort()).toEqual(allowed?.sort());
      }
      await hold(`DELETE ${session}`, 200, { path });
      await hold(`DELETE ${session}`, 404, { path });
    }
    await hold('POST /whep/{streamer}', 404, { path: '/whep/nobody', body: offerOf('chromium'), headers: { 'content-type': 'application/sdp', 'authorization': `Bearer ${WATCH_TOKEN}` } });
  });

  it('of captures is as described', async () => {
    const answer = await fetch(`${front.url}/captures`);
    const { captures } = (await answer.clone().json()) as { captures: { name: string }[] };
    expect(await described.complaints('GET /captures', answer)).toEqual([]);
    await hold('GET /captures/{name}', 200, { path: `/captures/${captures[0]?.name ?? ''}` });
    await hold('GET /captures/{name}', 404, { path: '/captures/none.pcapng' });
  });

  it('is readable by pages of other sites as far as it is the document', async () => {
    const { headers } = await fetch(`${front.url}/openapi.json`, { headers: { origin: 'https://swagger.example' } });
    expect([headers.get('access-control-allow-origin'), headers.get('cross-origin-resource-policy')]).toEqual(['*', 'cross-origin']);
  });
});
