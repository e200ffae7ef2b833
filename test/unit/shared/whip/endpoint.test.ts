import { beforeEach, describe, expect, it } from 'vitest';
import { FRAGMENT_TYPE, SDP_TYPE, WhipEndpoint, WhipError } from '../../../../shared/whip/index.ts';
import type { IceFragment, WhipEndpointOptions, WhipMedia, WhipOffer, WhipRequest, WhipResponse } from '../../../../shared/whip/index.ts';

const OFFER = 'v=0\r\na=ice-ufrag:EsAw\r\n';
const CANDIDATES = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:EsAw\r\na=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\n';
const RESTART = 'a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n';
const OURS: IceFragment = { credentials: { ufrag: 'ours', password: '0b66f472495ef0ccac7bda65' }, sections: [] };

/** What a handler was asked, in order. */
let asked: string[];
let ends: (() => void)[];
let offers: WhipOffer<string>[];

function media(): Required<WhipMedia> {
  return {
    answer: 'v=0\r\nthe answer\r\n',
    candidates: ({ sections }) => void asked.push(`candidates ${sections.flatMap(({ candidates }) => candidates).length}`),
    restart: ({ credentials }) => {
      asked.push(`restart ${credentials?.ufrag ?? ''}`);
      return Promise.resolve(OURS);
    },
    end: () => void asked.push('end'),
    onEnded: (listener) => void ends.push(listener),
  };
}

function endpointOf(options: Partial<WhipEndpointOptions<string>> = {}): WhipEndpoint<string> {
  const begin = (offer: WhipOffer<string>) => {
    offers.push(offer);
    return Promise.resolve(media());
  };
  return new WhipEndpoint({ base: '/whep', begin, ...options });
}

function ask(endpoint: WhipEndpoint<string>, method: string, url: string, { headers = {}, ...given }: Partial<WhipRequest<string>> = {}): Promise<WhipResponse> {
  return endpoint.handle({ method, url, address: '192.0.2.1', asker: 'ana', headers, ...given });
}

function post(endpoint: WhipEndpoint<string>, given: Partial<WhipRequest<string>> = {}): Promise<WhipResponse> {
  return ask(endpoint, 'POST', '/whep/garden', { headers: { 'content-type': SDP_TYPE }, body: OFFER, ...given });
}

function patch(endpoint: WhipEndpoint<string>, url: string, ifMatch: string | undefined, body: string): Promise<WhipResponse> {
  return ask(endpoint, 'PATCH', url, { headers: { 'content-type': FRAGMENT_TYPE, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) }, body });
}

const header = ({ headers }: WhipResponse, name: string) => String(headers[name]);
const errorOf = ({ status, body = '{}' }: WhipResponse): [number, unknown] => [status, (JSON.parse(body) as { error?: string }).error];

beforeEach(() => {
  asked = [];
  ends = [];
  offers = [];
});

describe('an offer', () => {
  it('becomes a session: 201 with its address, its entity-tag, the ICE servers and the answer', async () => {
    const response = await ask(endpointOf({ iceServers: [{ urls: 'stun:a' }, { urls: 'stun:b' }] }), 'POST', '/whep/my%20garden?title=x', { headers: { 'content-type': `${SDP_TYPE}; charset=utf-8` }, body: OFFER });
    expect(response).toMatchObject({ status: 201, body: 'v=0\r\nthe answer\r\n', headers: { 'Content-Type': SDP_TYPE, 'Link': ['<stun:a>; rel="ice-server"', '<stun:b>; rel="ice-server"'], 'Access-Control-Allow-Origin': '*' } });
    expect(header(response, 'Location')).toMatch(/^\/whep\/my%20garden\/[\w-]{22}$/);
    expect(header(response, 'ETag')).toMatch(/^"[\w-]+"$/);
    expect(offers).toMatchObject([{ resource: 'my garden', sdp: OFFER, asker: 'ana' }]);
    expect(offers[0]?.query.get('title')).toBe('x');
  });

  it.each([
    ['of another type', { headers: { 'content-type': 'application/json' } }, 415, 'unsupported-type'],
    ['of no type', { headers: {} }, 415, 'unsupported-type'],
    ['that is empty', { body: '' }, 400, 'bad-offer'],
  ])('%s is refused', async (_what, given, status, error) => {
    expect(errorOf(await post(endpointOf(), given))).toEqual([status, error]);
    expect(offers).toEqual([]);
  });

  it('that the handler refuses gets what it says, and anything else that it throws is the server\'s own business', async () => {
    const refusing = endpointOf({ begin: () => Promise.reject(new WhipError(409, 'name-taken', 'Taken.', { headers: { 'Retry-After': '7' } })) });
    const response = await post(refusing);
    expect(errorOf(response)).toEqual([409, 'name-taken']);
    expect(header(response, 'Retry-After')).toBe('7');
    await expect(post(endpointOf({ begin: () => Promise.reject(new TypeError('a mistake')) }))).rejects.toThrow('a mistake');
    expect(refusing.size).toBe(0);
  });

  it('is one too many beyond the limits: 429 for an address, 503 for all, and room again after an end', async () => {
    const endpoint = endpointOf({ limits: { sessions: 3, sessionsPerAddress: 2 } });
    const first = await post(endpoint);
    await post(endpoint);
    expect(errorOf(await post(endpoint))).toEqual([429, 'too-many-sessions']);
    expect((await post(endpoint, { address: '192.0.2.2' })).status).toBe(201);
    expect(errorOf(await post(endpoint, { address: '192.0.2.3' }))).toEqual([503, 'full']);
    await ask(endpoint, 'DELETE', header(first, 'Location'));
    expect((await post(endpoint)).status).toBe(201);
    for (const end of ends) end();
    expect(endpoint.size).toBe(0);
  });

  it('counts before it is answered', async () => {
    const answers: ((media: WhipMedia) => void)[] = [];
    const endpoint = endpointOf({ begin: () => new Promise((resolve) => answers.push(resolve)), limits: { sessionsPerAddress: 1 } });
    const first = post(endpoint);
    expect(errorOf(await post(endpoint))).toEqual([429, 'too-many-sessions']);
    answers[0]?.(media());
    expect((await first).status).toBe(201);
  });

  it('whose client has gone is given up, and what comes of it ended', async () => {
    const gone = new AbortController();
    const endpoint = endpointOf({
      begin: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(media()), { once: true })),
    });
    const outcome = post(endpoint, { signal: gone.signal });
    gone.abort(new Error('gone'));
    await expect(outcome).rejects.toThrow('gone');
    expect(asked).toEqual(['end']);
    expect(endpoint.size).toBe(0);
  });

  it('whose answer could not be sent leaves no session', async () => {
    const endpoint = endpointOf();
    const response = await post(endpoint);
    response.undelivered?.();
    expect(asked).toEqual(['end']);
    expect((await ask(endpoint, 'DELETE', header(response, 'Location'))).status).toBe(404);
  });
});

describe('a session', () => {
  let endpoint: WhipEndpoint<string>;
  let url: string;
  let tag: string;

  beforeEach(async () => {
    endpoint = endpointOf();
    const response = await post(endpoint);
    [url, tag] = [header(response, 'Location'), header(response, 'ETag')];
  });

  it('takes candidates of the ICE session that is meant: 204', async () => {
    const response = await patch(endpoint, url, tag, CANDIDATES);
    expect(response).toMatchObject({ status: 204 });
    expect(response.headers['ETag']).toBeUndefined();
    expect((await patch(endpoint, url, `"other", ${tag}`, CANDIDATES)).status).toBe(204);
    expect(asked).toEqual(['candidates 1', 'candidates 1']);
  });

  it.each([
    ['of another ICE session', '"other"', CANDIDATES, 412, 'precondition-failed'],
    ['by a weak tag', 'W/"x"', CANDIDATES, 412, 'precondition-failed'],
    ['without saying of which', undefined, CANDIDATES, 428, 'precondition-required'],
    ['that are none', '*', 'hello', 400, 'bad-fragment'],
    ['to restart without a password', '*', 'a=ice-ufrag:ysXw\r\n', 400, 'bad-fragment'],
  ])('refuses news %s', async (_what, ifMatch, body, status, error) => {
    expect(errorOf(await patch(endpoint, url, ifMatch, body))).toEqual([status, error]);
    expect(asked).toEqual([]);
  });

  it.each(['*', '"*"'])('is restarted with If-Match: %s: 200 with the other side\'s credentials, and another entity-tag from then on', async (ifMatch) => {
    const response = await patch(endpoint, url, ifMatch, RESTART);
    expect(response).toMatchObject({ status: 200, body: 'a=ice-ufrag:ours\r\na=ice-pwd:0b66f472495ef0ccac7bda65\r\n', headers: { 'Content-Type': FRAGMENT_TYPE } });
    const next = header(response, 'ETag');
    expect(next).not.toBe(tag);
    expect((await patch(endpoint, url, tag, CANDIDATES)).status).toBe(412);
    expect((await patch(endpoint, url, next, CANDIDATES.replace('EsAw', 'ysXw'))).status).toBe(204);
    expect(asked).toEqual(['restart ysXw', 'candidates 1']);
  });

  it('does one change after the other: candidates of before a restart that arrive behind it are none of it', async () => {
    const answers = await Promise.all([patch(endpoint, url, '*', RESTART), patch(endpoint, url, tag, CANDIDATES)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 412]);
  });

  it('goes on as it was when a restart is refused', async () => {
    const refusing = endpointOf({ begin: () => Promise.resolve({ ...media(), restart: () => Promise.reject(new WhipError(503, 'restart-pending', 'Later.')) }) });
    const begun = await post(refusing);
    expect(errorOf(await patch(refusing, header(begun, 'Location'), '*', RESTART))).toEqual([503, 'restart-pending']);
    expect((await patch(refusing, header(begun, 'Location'), header(begun, 'ETag'), CANDIDATES)).status).toBe(204);
  });

  it('says 422 to what it cannot do of the two, and 405 where it can do neither', async () => {
    const { answer, end, candidates, restart } = media();
    const statuses = async (given: WhipMedia) => {
      const limited = endpointOf({ begin: () => Promise.resolve(given) });
      const location = header(await post(limited), 'Location');
      return [(await patch(limited, location, '*', CANDIDATES)).status, (await patch(limited, location, '*', RESTART)).status];
    };
    expect(await statuses({ answer, end, candidates })).toEqual([204, 422]);
    expect(await statuses({ answer, end, restart })).toEqual([422, 200]);
    expect(await statuses({ answer, end })).toEqual([405, 405]);
  });

  it('takes only so many changes at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => patch(endpoint, url, tag, CANDIDATES)));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect((await patch(endpoint, url, tag, CANDIDATES)).status).toBe(204);
  });

  it('ends by DELETE, whatever its entity-tag, and is gone then', async () => {
    expect((await ask(endpoint, 'DELETE', url, { headers: { 'if-match': '"other"' } })).status).toBe(200);
    expect(asked).toEqual(['end']);
    expect(errorOf(await ask(endpoint, 'DELETE', url))).toEqual([404, 'unknown-session']);
    expect((await patch(endpoint, url, tag, CANDIDATES)).status).toBe(404);
  });

  it('is gone when it has ended by itself, and nobody ends it again', async () => {
    for (const end of ends) end();
    expect((await ask(endpoint, 'DELETE', url)).status).toBe(404);
    await endpoint.close();
    expect(asked).toEqual([]);
  });

  it('is nobody\'s who knows but the name of another resource, or guesses', async () => {
    expect((await ask(endpoint, 'DELETE', url.replace('garden', 'street'))).status).toBe(404);
    expect((await ask(endpoint, 'DELETE', '/whep/garden/__proto__')).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it('ends when the endpoint is closed, which begins none any more', async () => {
    await endpoint.close();
    expect(asked).toEqual(['end']);
    expect(errorOf(await post(endpoint))).toEqual([503, 'stopping']);
  });
});

describe('other requests', () => {
  it('tell what an endpoint and a session take, to pages of any origin', async () => {
    const endpoint = endpointOf();
    const location = header(await post(endpoint), 'Location');
    expect(await ask(endpoint, 'OPTIONS', '/whep/garden')).toMatchObject({ status: 204, headers: { 'Accept-Post': SDP_TYPE, 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match' } });
    const session = await ask(endpoint, 'OPTIONS', location);
    expect(session).toMatchObject({ status: 204, headers: { 'Accept-Patch': FRAGMENT_TYPE } });
    expect(header(session, 'Access-Control-Allow-Methods')).toContain('PATCH, DELETE');
  });

  it('have no content when they only read (RFC 9725 §4)', async () => {
    const endpoint = endpointOf();
    const location = header(await post(endpoint), 'Location');
    for (const method of ['GET', 'HEAD']) for (const url of ['/whep/garden', location]) expect((await ask(endpoint, method, url)).status).toBe(204);
    expect((await ask(endpoint, 'GET', '/whep/garden/none')).status).toBe(404);
  });

  it('are not allowed, and told what is', async () => {
    const endpoint = endpointOf();
    const location = header(await post(endpoint), 'Location');
    const refused = [await ask(endpoint, 'PUT', '/whep/garden'), await ask(endpoint, 'DELETE', '/whep/garden'), await ask(endpoint, 'POST', location)];
    expect(refused.map(errorOf)).toEqual(refused.map(() => [405, 'method-not-allowed']));
    expect(refused.map((response) => header(response, 'Allow'))).toEqual(['POST, GET, HEAD, OPTIONS', 'POST, GET, HEAD, OPTIONS', 'PATCH, DELETE, GET, HEAD, OPTIONS']);
  });

  it.each(['/whep', '/whep/', '/whep/a/b/c', '/whep/%E0%A4%A', '/other/garden'])('find nothing at %s', async (url) => {
    expect(errorOf(await ask(endpointOf(), 'POST', url))).toEqual([404, 'unknown-route']);
  });
});
