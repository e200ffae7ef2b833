import { describe, expect, it } from 'vitest';
import { meetingCommand } from '../../../../../../front/page/src/meeting/stage/keyboard.ts';

const press = (key: string, more = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe('keys of a meeting', () => {
  it('are m, v, s, c, p and Escape', () => {
    expect(['m', 'V', 's', 'c', 'p', 'Escape', 'x'].map((key) => meetingCommand(press(key), false))).toEqual(['microphone', 'camera', 'screen', 'chat', 'people', 'escape', undefined]);
  });

  it('are letters while one types, but for Escape', () => {
    expect(meetingCommand(press('m'), true)).toBeUndefined();
    expect(meetingCommand(press('Escape'), true)).toBe('escape');
  });

  it('leave the browser its own', () => {
    expect(meetingCommand(press('c', { ctrlKey: true }), false)).toBeUndefined();
    expect(meetingCommand(press('m', { metaKey: true }), false)).toBeUndefined();
  });
});
