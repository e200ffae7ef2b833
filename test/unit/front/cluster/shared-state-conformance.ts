/** What every place that fronts share their state in must do; times pass as the implementation's own test lets them. */
import { describe, expect, it } from 'vitest';
import type { SharedState } from '../../../../front/cluster/shared-state.ts';

const ADDRESS = 'http://10.0.0.1:8000';

export interface Harness {
  readonly state: SharedState;
  /** The front was last heard so long ago, ms. */
  silence(front: string, ms: number): Promise<void>;
}

export function sharedStateConformance(title: string, harness: () => Promise<Harness>): void {
  describe(title, () => {
    const setUp = async () => {
      const { state, silence } = await harness();
      const unique = Math.random().toString(16).slice(2, 10);
      const [a, b, c] = ['a', 'b', 'c'].map((each) => `${each}${unique}`) as [string, string, string];
      for (const id of [a, b, c]) await state.announce({ id, address: ADDRESS });
      const ana = { name: `Ana ${unique} 😀`, secret: 'secret', account: undefined };
      return { state, silence, a, b, c, ana };
    };

    it('tells each front which there are', async () => {
      const { state, a, b } = await setUp();
      const { counted, fronts, nowMs } = await state.pulse(a);
      expect(counted).toBe(true);
      expect(fronts.find(({ id }) => id === b)).toMatchObject({ address: ADDRESS, gone: false });
      expect(Math.abs(nowMs - Date.now())).toBeLessThan(60_000);
    });

    it('gives a name once, and to the same reservation again', async () => {
      const { state, a, b, ana } = await setUp();
      const claims = await Promise.all([a, b, a, b].map((front, index) => state.claim({ ...ana, secret: `secret ${index}` }, front)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      const winner = claims.indexOf(true);
      const own = { ...ana, secret: `secret ${winner}` };
      expect(await state.claim(own, [a, b, a, b][winner]!)).toBe(true);
      expect(await state.claim(own, [b, a, b, a][winner]!)).toBe(false);
      expect(await state.claim(own, [b, a, b, a][winner]!, [[a, b, a, b][winner]!])).toBe(true);
    });

    it('frees a name for its holder alone', async () => {
      const { state, a, b, ana } = await setUp();
      await state.claim(ana, a);
      await state.release(ana.name, 'another secret', a);
      await state.release(ana.name, ana.secret, b);
      expect(await state.claim({ ...ana, secret: 'other' }, b)).toBe(false);
      await state.release(ana.name, ana.secret, a);
      expect(await state.claim({ ...ana, secret: 'other' }, b)).toBe(true);
    });

    it('lets nobody take over from a front that lives', async () => {
      const { state, a, b, ana } = await setUp();
      await state.claim(ana, a);
      expect(await state.takeOver(ana.name, ana.secret, b)).toEqual({ at: 'front', front: a });
      expect(await state.takeOver(ana.name, ana.secret, a)).toEqual({ at: 'here', account: undefined });
    });

    it('lets one of many take over from a front that is gone, by the right secret, with the account', async () => {
      const { state, a, b, c, ana } = await setUp();
      const account = { id: 'account', operator: true };
      await state.claim({ ...ana, account }, a);
      await state.gone(a);
      expect(await state.takeOver(ana.name, 'guessed', b)).toEqual({ at: 'nowhere' });
      const taken = await Promise.all([b, c, b, c].map(async (asker) => ({ asker, ...(await state.takeOver(ana.name, ana.secret, asker)) })));
      const home = taken.find(({ at }) => at === 'here')!.asker;
      for (const each of taken) expect(each).toMatchObject(each.asker === home ? { at: 'here', account } : { at: 'front', front: home });
    });

    it('lets them take over from one that is silent for two seconds, which learns it', async () => {
      const { state, silence, a, b, ana } = await setUp();
      await state.claim(ana, a);
      await silence(a, 1_500);
      expect(await state.takeOver(ana.name, ana.secret, b)).toMatchObject({ at: 'front' });
      await silence(a, 2_500);
      expect(await state.takeOver(ana.name, ana.secret, b)).toMatchObject({ at: 'here' });
      expect((await state.pulse(a)).counted).toBe(false);
      expect((await state.pulse(b)).counted).toBe(true);
    });

    it('keeps the names of a front that is gone for half a minute', async () => {
      const { state, silence, a, b, ana } = await setUp();
      await state.claim(ana, a);
      await state.gone(a);
      await silence(a, 29_000);
      await state.pulse(b);
      expect(await state.claim({ ...ana, secret: 'other' }, b)).toBe(false);
      await silence(a, 31_000);
      await state.pulse(b);
      expect(await state.claim({ ...ana, secret: 'other' }, b)).toBe(true);
      expect((await state.pulse(a)).counted).toBe(false);
    });
  });
}
