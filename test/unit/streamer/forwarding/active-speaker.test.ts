import { describe, expect, it } from 'vitest';
import { ActiveSpeaker } from '../../../../streamer/forwarding/active-speaker.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const heard: { readonly who: string | undefined; readonly at: number }[] = [];
  const speaker = new ActiveSpeaker(clock, (who) => heard.push({ who, at: clock.now() }));
  /** Lets time pass in which everybody sends a packet each 20 ms. */
  const pass = (ms: number, levels: Readonly<Record<string, number>>): void => {
    for (let passed = 0; passed < ms; passed += 20) {
      for (const [member, level] of Object.entries(levels)) speaker.note(member, level, clock.now());
      clock.tick(20);
    }
  };
  return { clock, speaker, heard, pass, who: () => heard.map(({ who }) => who) };
}

describe('who speaks', () => {
  it('is nobody in silence, then whoever is loud, and nobody again after a pause', () => {
    const { pass, who } = setUp();
    pass(3_000, { ana: 90, bo: 127 });
    expect(who()).toEqual([]);
    pass(2_000, { ana: 30, bo: 100 });
    expect(who()).toEqual(['ana']);
    pass(1_000, { ana: 100, bo: 100 });
    expect(who(), 'a pause between words').toEqual(['ana']);
    pass(3_000, { ana: 100, bo: 100 });
    expect(who()).toEqual(['ana', undefined]);
  });

  it('stays the one until another is clearly louder, and does not change for a cough', () => {
    const { pass, who } = setUp();
    pass(2_000, { ana: 30, bo: 100 });
    pass(3_000, { ana: 30, bo: 26 });
    expect(who()).toEqual(['ana']);
    pass(40, { ana: 30, bo: 0 });
    pass(2_000, { ana: 30, bo: 100 });
    expect(who()).toEqual(['ana']);
    pass(2_000, { ana: 35, bo: 15 });
    expect(who()).toEqual(['ana', 'bo']);
  });

  it('changes at most twice a second, whatever they do', () => {
    const { pass, heard } = setUp();
    for (let turn = 0; turn < 40; turn++) pass(200, turn % 2 ? { ana: 5, bo: 120 } : { ana: 120, bo: 5 });
    heard.slice(1).forEach(({ at }, index) => expect(at - heard[index]!.at).toBeGreaterThanOrEqual(500));
  });

  it('is nobody where the one who spoke is muted, gone, or sends nothing any more', () => {
    const { clock, pass, speaker, who } = setUp();
    pass(2_000, { ana: 30 });
    speaker.forget('ana');
    clock.tick(1_000);
    expect(who()).toEqual(['ana', undefined]);
    pass(2_000, { bo: 30 });
    clock.tick(5_000);
    expect(who()).toEqual(['ana', undefined, 'bo', undefined]);
    speaker.close();
    expect(clock.pending).toBe(0);
  });
});
