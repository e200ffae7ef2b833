import { describe, expect, it } from 'vitest';
import { MAX_NAME_LENGTH, nameProblem, tidyName } from '../../../../../front/page/src/sign-in/name-rules.ts';

describe('names of viewers', () => {
  it('may have spaces, accents and any script (seed 4.22)', () => {
    for (const name of ['Ada Lovelace', 'José Ñandú', '李雷', 'مريم', 'O’Brien <3', '👩‍🚀']) expect(nameProblem(tidyName(name))).toBeUndefined();
  });

  it('are tidied, so that two spellings of one name are one', () => {
    expect(tidyName('  Jose\u0301   Luis ')).toBe('José Luis');
  });

  it('must not be empty, not even of spaces', () => {
    expect(nameProblem(tidyName(' \u00a0 '))).toBe('empty');
  });

  it('have an end, counted in characters', () => {
    expect(nameProblem('👩'.repeat(MAX_NAME_LENGTH))).toBeUndefined();
    expect(nameProblem('x'.repeat(MAX_NAME_LENGTH + 1))).toBe('too-long');
  });

  it('hold no control characters and nothing that turns text around', () => {
    for (const name of ['a\u0000b', 'a\nb', 'a\u202eb', 'a\u2066b', 'a\u2028b', '\ud83d']) expect(nameProblem(name)).toBe('unprintable');
  });

  it('leave ink, and are not those of rooms', () => {
    expect(nameProblem('\u200b\u200d')).toBe('empty');
    for (const name of ['room-1', 'Room-x']) expect(nameProblem(name)).toBe('reserved');
    expect(nameProblem('roomy')).toBeUndefined();
  });
});
