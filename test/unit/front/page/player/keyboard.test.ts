import { describe, expect, it } from 'vitest';
import { commandFor, KEYS } from '../../../../../front/page/src/player/keyboard.ts';
import { words } from '../../../../../front/page/src/strings/words.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'altKey' | 'metaKey', boolean>> = {}) => ({ key, ctrlKey: false, altKey: false, metaKey: false, ...held });

describe('keys of the player', () => {
  it('do what the help says', () => {
    const done = [' ', 'm', 'F', 'p', 'i', '?', 'Escape', 'ArrowUp', 'ArrowDown'].map((key) => commandFor(press(key), 'other'));
    expect(done).toEqual(['play-pause', 'mute', 'full-screen', 'picture-in-picture', 'statistics', 'help', 'back', 'louder', 'quieter']);
  });

  it('go through a film', () => {
    const done = ['k', 'j', 'L', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].map((key) => commandFor(press(key), 'other'));
    expect(done).toEqual(['play-pause', 'back10', 'on10', 'back5', 'on5', 'start', 'end']);
    expect(['ArrowLeft', 'Home', 'End'].map((key) => commandFor(press(key), 'slider'))).toEqual([undefined, undefined, undefined]);
    expect(['j', 'End'].map((key) => commandFor(press(key), 'text'))).toEqual([undefined, undefined]);
  });

  it('leave the browser its own', () => {
    expect(commandFor(press('f', { ctrlKey: true }), 'other')).toBeUndefined();
    expect(commandFor(press('i', { altKey: true }), 'other')).toBeUndefined();
    expect(commandFor(press('Tab'), 'other')).toBeUndefined();
  });

  it('leave text fields, sliders and buttons theirs', () => {
    expect(commandFor(press('m'), 'text')).toBeUndefined();
    expect(commandFor(press('ArrowUp'), 'slider')).toBeUndefined();
    expect(commandFor(press('m'), 'slider')).toBe('mute');
    expect(commandFor(press(' '), 'button')).toBeUndefined();
    expect(commandFor(press('m'), 'button')).toBe('mute');
  });

  it('are each explained', () => {
    for (const { command } of KEYS) expect(words.commands[command]).not.toBe('');
  });
});
