import { describe, expect, it } from 'vitest';
import { nameSchema } from '../../../../front/viewers/name.ts';
import { namesLike } from '../../../../front/viewers/names-like.ts';

describe('the names that a full name may become', () => {
  it('are numbered from two on, and end', () => {
    const names = [...namesLike('Ana Núñez')];
    expect(names.slice(0, 3)).toEqual(['Ana Núñez', 'Ana Núñez 2', 'Ana Núñez 3']);
    expect(names.at(-1)).toBe('Ana Núñez 100');
  });

  it('are names of viewers, however long the full name is', () => {
    for (const full of [`${'x'.repeat(64)} ${'y'.repeat(64)}`, `${'😀'.repeat(64)} b`, `${'x'.repeat(61)} ${'y'.repeat(64)}`]) {
      for (const name of namesLike(full)) expect(nameSchema.parse(name)).toBe(name);
    }
  });
});
