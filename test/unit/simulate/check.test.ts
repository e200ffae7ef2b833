import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkAgainst, smallFleet } from '../../simulate/check.ts';
import { OptionError } from '../../simulate/options.ts';
import { scratchFolder } from '../../support/paths.ts';

const folder = scratchFolder('simulate-check');
afterAll(folder.remove);

function written(content: unknown): string {
  const file = join(folder.path, 'cluster.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the check against a real cluster', () => {
  it('predicts who is affected and for how long, and prints the ratios', () => {
    const text = checkAgainst(
      written([
        { killed: 'relay-2', viewers: 30, affected: 10, longestGapMs: 900 },
        { killed: 'signaling-1', viewers: 30, affected: 0, longestGapMs: 0 },
        { killed: 'redis', viewers: 30, affected: 3, longestGapMs: 500 },
      ]),
      3,
    );
    const [, relay, daemon, redis] = text.split('\n').map((line) => line.split(/ {2,}/));
    expect(relay?.slice(0, 5)).toEqual(['relay-2', '30', '10', '10', '1.00']);
    expect(Number(relay?.[7])).toBeGreaterThan(0.7);
    expect(Number(relay?.[7])).toBeLessThan(1.3);
    expect(daemon).toEqual(['signaling-1', '30', '0', '0', '1.00', '0', '0 (0 to 0)', '1.00']);
    expect(redis?.[4]).toBe('none predicted');
  });

  it('refuses what is no such file, with the reason', () => {
    expect(() => checkAgainst(join(folder.path, 'nowhere.json'), 1)).toThrow(OptionError);
    expect(() => checkAgainst(written('{'), 1)).toThrow(/cannot be read/);
    expect(() => checkAgainst(written([{ killed: 'origin' }]), 1)).toThrow(/viewers/);
    expect(() => checkAgainst(written([{ killed: 'printer', viewers: 9, affected: 0, longestGapMs: 0 }]), 1)).toThrow(/printer/);
  });

  it('has the cluster of the failure test', () => {
    expect(smallFleet(30)).toMatchObject({ daemons: 3, fronts: 2, levels: [{ processes: 1, served: 3 }, { processes: 3, served: 10 }] });
  });
});
