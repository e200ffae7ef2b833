/** Two whole fronts in this process, with what they share in memory: what one passes on to the other, and what it does not. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../../support/front/client.ts';
import { MemorySharedState } from '../../../support/front/memory-shared-state.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

let state: MemorySharedState;
let here: RunningFront;
let there: RunningFront;

async function front(): Promise<RunningFront> {
  const shared = { keys: { get: () => Promise.resolve(key) }, fronts: state, available: true, onAvailable: () => undefined };
  return startFront({ shared, trustedProxies: ['loopback'], maxNamesPerAddress: 2, requestsPerMinute: 0 });
}
const key = randomBytes(32);

beforeEach(async () => {
  state = new MemorySharedState();
  [here, there] = [await front(), await front()];
});
afterEach(() => Promise.all([here.close(), there.close()]));

/** The same person, asking at the other front. */
function elsewhere({ name, cookie }: Client): Client {
  return new Client(there.url, name, cookie);
}

describe('a request that comes to another front than that of its name', () => {
  it('is answered as if it had come to the right one', async () => {
    const ana = await new Client(here.url, 'Ana').register();
    expect((await elsewhere(ana).post('/options')).body).toEqual({ streamers: [] });
    expect((await elsewhere(ana).post('/streamer', { streamer: 'nobody' })).status).toBe(404);
    expect((await elsewhere(ana).post('/register')).body).toEqual({ request: 'accepted' });
    expect(here.peer.requests.filter(({ method }) => method === 'OPTIONS').length).toBeGreaterThan(there.peer.requests.filter(({ method }) => method === 'OPTIONS').length);
  });

  it('is refused there as here: too large a body, a bad name, another page’s origin, no proof', async () => {
    const ana = elsewhere(await new Client(here.url, 'Ana').register());
    expect((await ana.send('/options', JSON.stringify({ name: 'Ana', content: { long: 'x'.repeat(100_000) } }))).status).toBe(413);
    expect((await ana.send('/options', '{"name":"","content":{}}')).status).toBe(400);
    expect((await ana.post('/options', {}, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    expect((await new Client(there.url, 'Ana').post('/options')).status).toBe(401);
  });

  it('counts as one of the client’s own address', async () => {
    const from = { headers: { 'x-forwarded-for': '198.51.100.7' } };
    const ana = new Client(here.url, 'Ana');
    await ana.post('/register', {}, from);
    const other = new Client(here.url, 'Bo');
    await other.post('/register', {}, from);
    expect((await new Client(here.url, 'Cy').post('/register', {}, from)).status).toBe(429);
    expect((await elsewhere(ana).post('/register', {}, { headers: { 'x-forwarded-for': '198.51.100.8' } })).body).toEqual({ request: 'accepted' });
    expect((await new Client(here.url, 'Cy').post('/register', {}, { headers: { 'x-forwarded-for': '198.51.100.8' } })).body).toEqual({ request: 'accepted' });
  });

  it('is not believed to have been passed on because it says so', async () => {
    const ana = elsewhere(await new Client(here.url, 'Ana').register());
    for (const seal of ['x', `${Buffer.from('{}').toString('base64url')}.AAAA`]) {
      expect((await ana.post('/options', {}, { headers: { 'sipcast-forwarded': seal } })).body).toEqual({ streamers: [] });
    }
  });

  it('is served by whom it comes to when the right one has gone, with a new cookie and the name kept', async () => {
    const ana = await new Client(here.url, 'Ana').register();
    await here.stop();
    const again = elsewhere(ana);
    const before = again.cookie;
    expect((await again.post('/options')).body).toEqual({ streamers: [] });
    expect(again.cookie).not.toBe(before);
    expect((await new Client(there.url, 'Ana').post('/register')).body).toEqual({ request: 'denied' });
    // The cookie of before proves the name as well.
    expect((await elsewhere(ana).post('/options')).status).toBe(200);
  });

  it('is passed on also by the front that had the name, until others thought that front gone', async () => {
    const ana = await new Client(here.url, 'Ana').register();
    const page = await ana.page();
    const name = state.names.get('Ana')!;
    const elsewhereId = [...state.fronts.keys()].find((id) => id !== name.front)!;
    state.fronts.get(name.front)!.gone = true;
    state.names.set('Ana', { ...name, front: elsewhereId });
    expect(await page.closed).toBe(4001);
    // The other one hears within a second that this one is another now.
    await expect.poll(async () => (await elsewhere(ana).post('/options')).status, { timeout: 5_000 }).toBe(200);
    expect((await ana.post('/options')).status).toBe(200);
    expect(state.names.get('Ana')?.front).toBe(elsewhereId);
  });

  it('takes a name from nobody while it cannot be asked whose it is', async () => {
    const former = await new Client(here.url, 'Ana').register();
    await here.stop();
    state.names.delete('Ana');
    const present = await new Client(there.url, 'Ana').register();
    state.away = true;
    expect((await elsewhere(former).post('/options')).status).toBe(401);
    expect((await present.post('/options')).status).toBe(200);
  });

  it('is served although what fronts share is away', async () => {
    const ana = await new Client(here.url, 'Ana').register();
    state.away = true;
    expect((await elsewhere(ana).post('/options')).status).toBe(200);
    await here.stop();
    expect((await elsewhere(ana).post('/options')).status).toBe(200);
    expect((await new Client(there.url, 'Bo').post('/register')).body).toEqual({ request: 'accepted' });
  });
});
