import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import type { NameProof } from '../../../../front/viewers/cookie.ts';
import type { Viewer } from '../../../../front/viewers/viewer.ts';
import { Viewers } from '../../../../front/viewers/viewers.ts';
import { systemRandom } from '../../../../shared/sip/timing/random.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const RETURN_MS = 10_000;
const IDLE_MS = 60_000;
const HOUR_MS = 3_600_000;

function setUp({ maxNames = 100, maxNamesPerAddress = 100, needed = (): boolean => false } = {}) {
  const clock = new VirtualClock();
  const freed: string[] = [];
  const renamed: string[] = [];
  const viewers = new Viewers({
    clock,
    random: systemRandom,
    maxNames,
    maxNamesPerAddress,
    returnMs: RETURN_MS,
    idleMs: IDLE_MS,
    stillNeeded: async () => needed(),
    onFreed: ({ name }) => freed.push(name),
    onRenamed: ({ name }, former) => renamed.push(`${former} → ${name}`),
  });
  const register = (name: string, proofs: NameProof[] = [], address = '10.0.0.1') => viewers.register(name, address, proofs);
  return { clock, viewers, register, freed, renamed };
}

function page() {
  const received: string[] = [];
  const closed: number[] = [];
  return { received, closed, send: (text: string) => void received.push(text), close: (code: number) => void closed.push(code) };
}

function thrown(action: () => unknown): ApiError {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('viewers', () => {
  it('reserves a name at once and denies it to the next (seed 4.4)', () => {
    const { register } = setUp();
    expect(register('Ana')?.name).toBe('Ana');
    expect(register('Ana')).toBeUndefined();
  });

  it('lets nobody new in while it drains, and is done when the last has gone', async () => {
    const { viewers, register } = setUp();
    const ana = register('Ana')!;
    const drained = viewers.drain(new AbortController().signal);
    expect(viewers.draining).toBe(true);
    expect(thrown(() => register('Bo'))).toMatchObject({ status: 503, code: 'stopping' });
    expect(register('Ana', [ana])).toBe(ana);
    viewers.free(ana);
    await drained;
  });

  it('gives a name again to whoever proves it (seed 4.4)', () => {
    const { register } = setUp();
    const ana = register('Ana')!;
    expect(register('Ana', [ana])).toBe(ana);
    expect(register('Ana', [{ name: 'Ana', token: 'made up' }])).toBeUndefined();
  });

  it('knows nobody without proof (seed 4.5)', () => {
    const { register, viewers } = setUp();
    const ana = register('Ana')!;
    expect(viewers.authenticate('Ana', [ana])).toBe(ana);
    expect(thrown(() => viewers.authenticate('Ana', [])).status).toBe(401);
    expect(thrown(() => viewers.authenticate('Bob', [ana])).code).toBe('not-registered');
  });

  it('frees a name ten seconds after its last page has closed', async () => {
    const { clock, register, viewers, freed } = setUp();
    const ana = register('Ana')!;
    const [one, two] = [page(), page()];
    viewers.attach(ana, one);
    viewers.attach(ana, two);
    viewers.detach(ana, one);
    await clock.advance(HOUR_MS);
    viewers.detach(ana, two);
    await clock.advance(RETURN_MS - 1);
    expect(freed).toEqual([]);
    await clock.advance(1);
    expect(freed).toEqual(['Ana']);
    expect(register('Ana')).not.toBe(ana);
    expect(thrown(() => viewers.authenticate('Ana', [ana])).status).toBe(401);
  });

  it('keeps a name whose page returns in time', async () => {
    const { clock, register, viewers, freed } = setUp();
    const ana = register('Ana')!;
    const first = page();
    viewers.attach(ana, first);
    viewers.detach(ana, first);
    await clock.advance(RETURN_MS - 1);
    viewers.attach(ana, page());
    await clock.advance(HOUR_MS);
    expect(freed).toEqual([]);
  });

  it('frees an idle name that never had a page; each request counts', async () => {
    const { clock, register, viewers, freed } = setUp();
    const ana = register('Ana')!;
    await clock.advance(IDLE_MS - 1);
    viewers.authenticate('Ana', [ana]);
    await clock.advance(IDLE_MS - 1);
    expect(freed).toEqual([]);
    await clock.advance(1);
    expect(freed).toEqual(['Ana']);
    expect(clock.pending).toBe(0);
  });

  it('keeps an idle name as long as it is needed (seed 4.22)', async () => {
    let watching = true;
    const { clock, register, freed } = setUp({ needed: () => watching });
    register('Ana');
    await clock.advance(HOUR_MS);
    expect(freed).toEqual([]);
    watching = false;
    await clock.advance(2 * IDLE_MS);
    expect(freed).toEqual(['Ana']);
  });

  it('reserves only so many names for one address, and in all', () => {
    const { register, viewers } = setUp({ maxNames: 5, maxNamesPerAddress: 3 });
    for (const name of ['a', 'b', 'c']) register(name);
    expect(thrown(() => register('d')).status).toBe(429);
    for (const name of ['d', 'e']) register(name, [], '10.0.0.2');
    expect(thrown(() => register('f', [], '10.0.0.3')).status).toBe(503);
    for (const viewer of [...viewers] as Viewer[]) viewers.free(viewer);
    expect(register('d')?.name).toBe('d');
  });

  it('tells every page of a viewer', () => {
    const { register, viewers } = setUp();
    const ana = register('Ana')!;
    const [one, two] = [page(), page()];
    viewers.attach(ana, one);
    viewers.attach(ana, two);
    ana.tell({ type: 'ended' });
    expect([...one.received, ...two.received]).toEqual(['{"type":"ended"}', '{"type":"ended"}']);
  });

  it('keeps pages and place of a viewer who takes another name (seed 2.12)', async () => {
    const { clock, register, viewers, freed, renamed } = setUp();
    const ana = register('Ana')!;
    const first = page();
    viewers.attach(ana, first);
    expect(viewers.rename(ana, 'Anna')).toBe(true);
    expect([renamed, freed]).toEqual([['Ana → Anna'], []]);
    expect(viewers.authenticate('Anna', [{ name: 'Anna', token: ana.token }])).toBe(ana);
    expect(register('Ana')?.name).toBe('Ana');
    ana.tell({ type: 'x' });
    expect(first.received).toHaveLength(1);
    viewers.detach(ana, first);
    await clock.advance(RETURN_MS);
    expect(freed).toEqual(['Anna']);
    expect(viewers.rename(ana, 'Ana 2')).toBe(false);
  });

  it('renames nobody to a name that another has', () => {
    const { register, viewers, renamed } = setUp();
    const [ana, bo] = [register('Ana')!, register('Bo')!];
    expect(viewers.rename(ana, 'Bo')).toBe(false);
    expect(viewers.rename(bo, 'Bo')).toBe(true);
    expect(renamed).toEqual([]);
  });

  it('frees an idle name under the name that it has by then', async () => {
    const { clock, register, viewers, freed } = setUp();
    viewers.rename(register('Ana')!, 'Anna');
    await clock.advance(2 * IDLE_MS);
    expect(freed).toEqual(['Anna']);
    expect(clock.pending).toBe(0);
  });

  it('finds whoever is proven, the newest proof that holds first', () => {
    const { register, viewers } = setUp();
    const [ana, bo] = [register('Ana')!, register('Bo')!];
    const proofs = [ana, bo, { name: 'Gone', token: 'x' }];
    expect(viewers.provenBy(proofs)).toBe(bo);
    expect(viewers.provenBy(proofs, 'Ana')).toBe(ana);
    expect(viewers.provenBy([{ name: 'Ana', token: 'made up' }], 'Ana')).toBeUndefined();
    expect(viewers.provenBy([])).toBeUndefined();
  });
});
