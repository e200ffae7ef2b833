import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAnswer, callOffer } from '../support/front/call-sdp.ts';
import { CallingPage } from '../support/front/calling-page.ts';
import { Client } from '../support/front/client.ts';
import { SeveralFronts } from '../support/front/several-fronts.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { lacks } from '../support/tools/system-tools.ts';

const MISSING = lacks('postgres', 'nginx', 'ffmpeg');

let town: SeveralFronts;
let count = 0;

beforeAll(async () => {
  if (MISSING) return;
  town = await SeveralFronts.start({ streamers: [{ name: 'sample' }] });
});
afterAll(async () => {
  if (!MISSING) await town.stop();
});

const unique = (name: string): string => `${name} ${++count}`;

async function client(name: string): Promise<Client> {
  return new Client(town.url, name).register();
}

describe.skipIf(MISSING)('several fronts behind a balancer without stickiness', () => {
  it('serve each request of the JSON interface, whichever front it comes to', async () => {
    const ana = await client(unique('Ana'));
    await expect.poll(async () => ((await ana.post('/options')).body['streamers'] as unknown[]).length).toBe(1);
    for (let round = 0; round < 3; round++) {
      expect((await ana.post('/register')).body).toMatchObject({ request: 'accepted' });
      expect((await ana.post('/options')).body).toMatchObject({ streamers: [{ name: 'sample' }] });
      expect((await ana.post('/streamer', { streamer: 'sample' })).body).toEqual({ request: 'accepted' });
      expect((await ana.post('/offer', { type: 'offer', sdp: offerOf('chromium') })).body).toMatchObject({ type: 'answer' });
      expect((await ana.post('/leave')).body).toEqual({ request: 'accepted' });
    }
    expect(new Set(town.nginx.answeredBy).size).toBe(2);
  });

  it('let a page hear what happens, and be renamed, wherever it is connected', async () => {
    const bo = await client(unique('Bo'));
    const pages = [await bo.page(), await bo.page()];
    for (const page of pages) expect(await page.nextOfType('streamers')).toMatchObject({ streamers: [{ name: 'sample' }] });
    const to = unique('Böö');
    expect((await bo.post('/rename', { to })).body).toEqual({ request: 'accepted' });
    for (const page of pages) expect(await page.nextOfType('renamed')).toEqual({ type: 'renamed', name: to });
    for (const page of pages) await page.close();
  });

  it('give no name twice, however many ask at once', async () => {
    const name = unique('wanted');
    const all = await Promise.all(Array.from({ length: 30 }, () => new Client(town.url, name).post('/register')));
    expect(all.filter(({ body }) => body['request'] === 'accepted')).toHaveLength(1);
  });

  it('let two people at different fronts ring each other', async () => {
    const [one, other] = [await new Client(town.urlOf(0), unique('one')).register(), await new Client(town.urlOf(1), unique('other')).register()];
    const [cy, di] = [await CallingPage.open(town.urlOf(1), one.name, one), await CallingPage.open(town.urlOf(0), other.name, other)];
    await Promise.all([cy.sees(di.name), di.sees(cy.name)]);
    const { call } = await cy.ask('call', { to: di.name, sdp: callOffer() });
    await di.about('invited', call);
    await di.ask('accept', { call, sdp: callAnswer() });
    await cy.about('answered', call);
    await cy.ask('hang-up', { call });
    await di.about('ended', call);
    await Promise.all([cy.close(), di.close()]);
  });

  it('find the front of a WHEP session by its address', async () => {
    const offer = await fetch(`${town.url}/whep/sample`, { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: offerOf('chromium') });
    expect(offer.status).toBe(201);
    const session = town.url + String(offer.headers.get('location'));
    const ask = async (method: string): Promise<number> => (await fetch(session, { method })).status;
    expect([await ask('GET'), await ask('GET')]).toEqual([204, 204]);
    expect(await ask('DELETE')).toBe(200);
    expect([await ask('DELETE'), await ask('DELETE')]).toEqual([404, 404]);
  });

  it('complain of nothing', () => {
    expect(town.complaints()).toEqual([]);
  });
});
