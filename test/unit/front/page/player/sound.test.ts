import { describe, expect, it } from 'vitest';
import { Sound } from '../../../../../front/page/src/player/sound.ts';

function sound(stored = ''): { sound: Sound; stored: () => string } {
  let text = stored;
  return { sound: new Sound({ read: () => text, write: (next) => void (text = next) }), stored: () => text };
}

describe('loudness', () => {
  it('starts full, and remembers what was chosen', () => {
    const first = sound();
    expect([first.sound.volume.value, first.sound.silent.value]).toEqual([1, false]);
    first.sound.setVolume(0.4);
    first.sound.toggle();
    const second = sound(first.stored());
    expect([second.sound.volume.value, second.sound.muted.value]).toEqual([0.4, true]);
  });

  it('takes nonsense in the store for nothing', () => {
    for (const text of ['loud', '7', '-1', 'NaN muted?']) expect(sound(text).sound.volume.value).toBe(1);
  });

  it('is silent while the browser blocks it, and sounds at the first wish', () => {
    const { sound: blocked } = sound();
    blocked.blocked.value = true;
    expect(blocked.silent.value).toBe(true);
    blocked.toggle();
    expect(blocked.silent.value).toBe(false);
  });

  it('stays within its bounds, and comes back audible from nothing', () => {
    const { sound: turned } = sound();
    turned.setVolume(1.7);
    expect(turned.volume.value).toBe(1);
    turned.setVolume(-0.1);
    expect([turned.volume.value, turned.muted.value]).toEqual([0, true]);
    turned.toggle();
    expect([turned.volume.value, turned.silent.value]).toEqual([0.5, false]);
  });
});
