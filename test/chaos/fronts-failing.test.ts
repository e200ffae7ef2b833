import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAnswer, callOffer } from '../support/front/call-sdp.ts';
import { CallingPage } from '../support/front/calling-page.ts';
import { Client } from '../support/front/client.ts';
import { SeveralFronts } from '../support/front/several-fronts.ts';
import { lacks } from '../support/tools/system-tools.ts';

/** From the kill to the ringing, ms: two seconds, and what a machine that others use takes besides. */
const RINGS_AGAIN_MS = 3_000;

/** Nobody tries more often, and who does is held back by his front. */
const TRIES_AGAIN_MS = 200;

/** As front closes pages whose name is another's. */
const NAME_LOST = 4001;

const MISSING = lacks('postgres', 'nginx');

let town: SeveralFronts;
let count = 0;

beforeAll(async () => {
  if (MISSING) return;
  town = await SeveralFronts.start({ fronts: 3 });
});
afterAll(async () => {
  if (!MISSING) await town.stop();
});

const unique = (name: string): string => `${name} ${++count}`;

/** Somebody who has his name from one front, and asks by way of the balancer from then on. */
async function person(index: number, name: string): Promise<CallingPage> {
  const { cookie } = await new Client(town.urlOf(index), name).register();
  return CallingPage.open(town.url, name, new Client(town.url, name, cookie));
}

/** As a page does whose connection broke: asks by HTTP, and connects again. */
async function back(page: CallingPage): Promise<CallingPage> {
  await page.closed;
  const { status } = await page.client.post('/options');
  expect(status).toBe(200);
  return CallingPage.open(town.url, page.name, page.client);
}

async function ringUntilHeard(caller: CallingPage, callee: CallingPage): Promise<string> {
  for (;;) {
    const { call, error } = await caller.ask('call', { to: callee.name, sdp: callOffer() });
    const heard = error === undefined ? await Promise.race([callee.about('invited', call).then(() => true), caller.about('ended', call).then(() => false)]) : false;
    if (heard) return String(call);
    await wait(TRIES_AGAIN_MS);
  }
}

async function talk(caller: CallingPage, callee: CallingPage): Promise<void> {
  const call = await ringUntilHeard(caller, callee);
  await callee.ask('accept', { call, sdp: callAnswer() });
  await caller.about('answered', call);
  await caller.ask('hang-up', { call });
  await callee.about('ended', call);
}

describe.skipIf(MISSING)('a front that is killed', () => {
  it('loses nobody: its people have their names at another, and ring again within two seconds', async () => {
    const [ana, bo] = await Promise.all([person(2, unique('Ana')), person(0, unique('Bo'))]);
    await Promise.all([ana.sees(bo.name), bo.sees(ana.name)]);
    await talk(bo, ana);
    const cookie = ana.client.cookie;
    await town.kill(2);
    const killed = performance.now();
    const again = await back(ana);
    // What went through the dead front has gone with it, too.
    const bobby = bo.told.length > 0 && (await isClosed(bo)) ? await back(bo) : bo;
    const call = await ringUntilHeard(bobby, again);
    expect(performance.now() - killed).toBeLessThan(RINGS_AGAIN_MS);
    await bobby.ask('hang-up', { call });
    await talk(again, bobby);
    expect(again.client.cookie).not.toBe(cookie);
    expect((await new Client(town.url, ana.name).post('/register')).body).toEqual({ request: 'denied' });
    expect(await town.homeOf(ana.name)).toBeLessThan(2);
    await Promise.all([again.close(), bobby.close()]);
  });
});

async function isClosed(page: CallingPage): Promise<boolean> {
  return Promise.race([page.closed.then(() => true), page.ask('ping-that-nobody-knows').then(() => false)]);
}

describe.skipIf(MISSING)('a front that stands still', () => {
  it('is passed by, and finds when it goes on that its people are elsewhere', async () => {
    const cy = await person(1, unique('Cy'));
    const direct = await CallingPage.open(town.urlOf(1), cy.name, new Client(town.urlOf(1), cy.name, cy.client.cookie));
    town.fronts[1]!.child.signal('SIGSTOP');
    await expect.poll(async () => (await new Client(town.urlOf(0), cy.name, cy.client.cookie).post('/options')).status, { timeout: 20_000 }).toBe(200);
    expect(await town.homeOf(cy.name)).toBe(0);
    town.fronts[1]!.child.signal('SIGCONT');
    expect(await direct.closed).toBe(NAME_LOST);
    const again = await back(cy);
    const di = await person(1, unique('Di'));
    await talk(di, again);
    expect(await town.homeOf(cy.name)).toBe(0);
    await Promise.all([again.close(), di.close()]);
  });
});

describe.skipIf(MISSING)('a database that is away', () => {
  it('is not missed by who has a name, nor by guests who come; of two of one name the later one loses it when it is back', async () => {
    const [ed, fay] = await Promise.all([person(0, unique('Ed')), person(1, unique('Fay'))]);
    await town.postgres.kill();
    const [one, other] = [await person(0, 'twice'), await person(1, 'twice')];
    await talk(ed, fay);
    expect((await ed.client.post('/options')).status).toBe(200);
    await town.postgres.restart();
    expect(await Promise.race([one.closed, other.closed])).toBe(NAME_LOST);
    await expect.poll(() => town.homeOf('twice')).toBeDefined();
    await expect.poll(async () => (await new Client(town.url, 'twice').post('/register')).body).toEqual({ request: 'denied' });
    await talk(fay, ed);
    await Promise.all([ed, fay].map((page) => page.close()));
  });
});

describe.skipIf(MISSING)('several fronts through all this', () => {
  it('log no error but that the database was away', () => {
    expect(town.complaints().filter((line) => !line.includes('PostgreSQL'))).toEqual([]);
  });
});
