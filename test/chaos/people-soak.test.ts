/** The short form of `npm run soak:people`. */
import { describe, expect, it } from 'vitest';
import { soak } from '../bench/people/soak.ts';

const SECONDS = 16;

// What processes hold is read from /proc.
describe.skipIf(process.platform !== 'linux')('Of people who come and go at random', () => {
  it('nothing is left when they have left, closed their pages or vanished (seeds 2.20, 1.12, 0.18–0.19)', async () => {
    const done: string[] = [];
    const { rounds, leftOver, faults, complaints, counts } = await soak({
      seconds: SECONDS,
      rounds: 1,
      people: 6,
      seed: 7,
      roomHosts: 2,
      fronts: 2,
      streamers: ['film'],
      memory: false,
      log: (line) => done.push(line),
    });
    expect(leftOver).toEqual([]);
    expect(complaints.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
    expect(rounds).toHaveLength(1);
    const count = new Map(counts);
    // Whoever waits for a core too long gives up; that is the machine's fault, while the others must get on.
    expect(faults.length, faults.join('\n')).toBeLessThan((count.get('join') ?? 0) / 4);
    for (const act of ['join', 'media of a room', 'packets heard in rooms', 'call', 'he vanishes']) expect(count.get(act) ?? 0, act).toBeGreaterThan(0);
  });
});
