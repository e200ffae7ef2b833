import { describe, expect, it } from 'vitest';
import { nameSchema } from '../../../../front/viewers/name.ts';

function accepted(text: unknown): string | undefined {
  const result = nameSchema.safeParse(text);
  return result.success ? result.data : undefined;
}

describe('a viewer\'s name', () => {
  it.each(['ana', 'José Núñez', '小林', 'Ünal 2', '👩‍👩‍👧‍👦 family', '<b>bold</b>', 'x'.repeat(64), '😀'.repeat(64)])('may be %j (seed 4.22)', (name) => {
    expect(accepted(name)).toBe(name);
  });

  it('is the same name however its accents were typed', () => {
    expect(accepted('Jose\u0301')).toBe('José');
  });

  it('loses the spaces around it', () => {
    expect(accepted('  ana b ')).toBe('ana b');
  });

  it.each([
    ['empty', ''],
    ['blank', ' \t '],
    ['65 characters', 'x'.repeat(65)],
    ['65 characters outside the basic plane', '😀'.repeat(65)],
    ['10 kB', 'x'.repeat(10_240)],
    ['a line feed', 'a\nb'],
    ['a null', 'a\0b'],
    ['a turn of direction', 'a\u202Eb'],
    ['half of a surrogate pair', 'a\uD800'],
    ['of zero width', '\u200B\u200D'],
    ['a filler', '\u3164'],
    ['like that of a room', 'room-7'],
    ['like that of a room in capitals', 'Room-7'],
    ['a number', 7],
    ['an object', { name: 'a' }],
    ['nothing', undefined],
  ])('cannot be %s', (_what, text) => {
    expect(accepted(text)).toBeUndefined();
  });
});
