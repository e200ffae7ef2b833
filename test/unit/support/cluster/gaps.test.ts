import { describe, expect, it } from 'vitest';
import { Gaps } from '../../../support/cluster/gaps.ts';

describe('gaps in what comes to a viewer', () => {
  function played(...arrivals: readonly ['audio' | 'video', number][]): Gaps {
    const gaps = new Gaps();
    for (const [kind, at] of arrivals) gaps.arrived(kind, at);
    return gaps;
  }

  it('are those of sound and of picture, whichever is longer', () => {
    const gaps = played(['video', 0], ['audio', 0], ['audio', 400], ['video', 900], ['audio', 900]);
    expect(gaps.longest(0, 900)).toBe(900);
    expect(gaps.lastEnd(0, 500)).toBe(900);
    expect(gaps.lastEnd(0, 1000)).toBeUndefined();
  });

  it('are counted whole where they began before one asked, and not at all where they had ended', () => {
    const gaps = played(['video', 0], ['video', 800], ['video', 820], ['video', 2000]);
    expect(gaps.longest(1000, 2000)).toBe(1180);
    expect(gaps.longest(2000, 2000)).toBe(0);
  });

  it('last as long as nothing comes', () => {
    const gaps = played(['video', 0], ['audio', 0], ['video', 50]);
    expect(gaps.longest(0, 3000)).toBe(3000);
    expect(gaps.lastPicture).toBe(50);
  });

  it('are none before the first packet', () => {
    expect(new Gaps().longest(0, 1000)).toBe(0);
  });
});
