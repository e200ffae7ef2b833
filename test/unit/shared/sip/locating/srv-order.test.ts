import { describe, expect, it } from 'vitest';
import { SrvOrder } from '../../../../../shared/sip/locating/srv-order.ts';
import { seededRandom } from '../../../../support/sip/seeded-random.ts';

const record = (target: string, priority: number, weight: number) => ({ target, port: 5060, priority, weight });

describe('the order of SRV records (RFC 2782)', () => {
  it('has lower priorities first, whatever they weigh', () => {
    const random = seededRandom(1);
    for (let client = 0; client < 200; client++) {
      const order = new SrvOrder(random).sort([record('spare', 20, 1000), record('a', 10, 1), record('last', 30, 0), record('b', 10, 1)]);
      expect(order.map(({ priority }) => priority)).toEqual([10, 10, 20, 30]);
    }
  });

  it('spreads clients over equals as they weigh, the second choice too', () => {
    const random = seededRandom(2);
    const records = [record('a', 1, 60), record('b', 1, 30), record('c', 1, 10)];
    const firsts = new Map<string, number>();
    const seconds = new Map<string, number>();
    const clients = 20_000;
    for (let client = 0; client < clients; client++) {
      const [first, second] = new SrvOrder(random).sort(records).map(({ target }) => target);
      firsts.set(first!, (firsts.get(first!) ?? 0) + 1 / clients);
      if (first === 'a') seconds.set(second!, (seconds.get(second!) ?? 0) + 1 / clients / 0.6);
    }
    expect(firsts.get('a')).toBeCloseTo(0.6, 1);
    expect(firsts.get('b')).toBeCloseTo(0.3, 1);
    expect(firsts.get('c')).toBeCloseTo(0.1, 1);
    expect(seconds.get('b')).toBeCloseTo(0.75, 1);
  });

  it('leaves a weight of 0 a very small chance', () => {
    const random = seededRandom(3);
    let chosen = 0;
    for (let client = 0; client < 10_000; client++) if (new SrvOrder(random).sort([record('none', 1, 0), record('some', 1, 5)])[0]?.target === 'none') chosen++;
    expect(chosen).toBeLessThan(100);
  });

  it('stays as it is for one client, while others come and go', () => {
    const order = new SrvOrder(seededRandom(4));
    const all = ['a', 'b', 'c', 'd', 'e'].map((target) => record(target, 1, 1));
    const first = order.sort(all).map(({ target }) => target);
    expect(order.sort([...all].reverse()).map(({ target }) => target)).toEqual(first);
    const without = order.sort(all.filter(({ target }) => target !== first[2])).map(({ target }) => target);
    expect(without).toEqual(first.filter((target) => target !== first[2]));
  });
});
