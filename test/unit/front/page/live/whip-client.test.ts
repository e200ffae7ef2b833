import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../../front/page/src/connection/failure.ts';
import { WhipClient } from '../../../../../front/page/src/live/whip-client.ts';

interface Asked {
  readonly path: string;
  readonly request: RequestInit;
}

function client(answer: () => Promise<Response>) {
  const asked: Asked[] = [];
  const whip = new WhipClient({
    fetch: (path, request = {}) => {
      asked.push({ path: path as string, request });
      return answer();
    },
  });
  return { whip, asked };
}

const offer = { name: 'Ana’s tea', title: 'Five & more', sdp: 'v=0', bearer: 'token' };

describe('publishing over HTTP (RFC 9725)', () => {
  it('posts the offer under the name, proves who asks, and knows the session by its Location', async () => {
    const { whip, asked } = client(async () => new Response('v=0 answer', { status: 201, headers: { location: '/whip/x/1' } }));
    expect(await whip.publish(offer)).toEqual({ answer: 'v=0 answer', location: '/whip/x/1' });
    expect(asked).toMatchObject([{ path: '/whip/Ana%E2%80%99s%20tea?title=Five%20%26%20more', request: { method: 'POST', body: 'v=0', headers: { 'content-type': 'application/sdp', authorization: 'Bearer token' } } }]);
    await whip.publish({ ...offer, title: '', bearer: undefined });
    expect(asked[1]?.path).toBe('/whip/Ana%E2%80%99s%20tea');
    expect(asked[1]?.request.headers).toEqual({ 'content-type': 'application/sdp' });
  });

  it('says by a stable identifier why not', async () => {
    const refused = async (answer: () => Promise<Response>): Promise<unknown> => client(answer).whip.publish(offer).then(() => undefined, (error: unknown) => failureOf(error).id);
    expect(await refused(async () => Response.json({ error: 'name-taken', message: 'taken' }, { status: 409 }))).toBe('name-taken');
    expect(await refused(async () => new Response('<html>', { status: 503 }))).toBe('streamer-full');
    expect(await refused(async () => new Response('v=0', { status: 201 }))).toBe('unexpected');
    expect(await refused(async () => Promise.reject(new TypeError('network')))).toBe('service-away');
  });

  it('ends a session with a request that outlives the page, whatever becomes of it', async () => {
    const { whip, asked } = client(async () => Promise.reject(new TypeError('network')));
    await whip.end('/whip/x/1');
    expect(asked).toMatchObject([{ path: '/whip/x/1', request: { method: 'DELETE', keepalive: true } }]);
  });
});
