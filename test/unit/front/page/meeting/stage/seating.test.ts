import { describe, expect, it } from 'vitest';
import { seat, type Seated } from '../../../../../../front/page/src/meeting/stage/seating.ts';

const self: Seated = { id: 'me', self: true };
const others = (...ids: string[]): Seated[] => [...ids.map((id) => ({ id, self: false })), self];

describe('the order on the stage', () => {
  it('is that of coming, oneself last', () => {
    expect(seat([], others('a', 'b', 'c'), 4, undefined)).toEqual(['a', 'b', 'c', 'me']);
  });

  it('keeps everybody where they are as others come and go', () => {
    const before = seat([], others('a', 'b', 'c'), 4, undefined);
    expect(seat(before, others('c', 'd', 'a'), 4, undefined)).toEqual(['a', 'c', 'd', 'me']);
  });

  it('moves nobody who speaks and is seen', () => {
    expect(seat(['a', 'b', 'c', 'me'], others('a', 'b', 'c'), 4, 'c')).toEqual(['a', 'b', 'c', 'me']);
  });

  it('brings whoever speaks and is not seen to the front', () => {
    expect(seat(['a', 'b', 'me', 'c', 'd'], others('a', 'b', 'c', 'd'), 3, 'd')).toEqual(['d', 'a', 'me', 'b', 'c']);
  });

  it('always shows oneself, and another beside', () => {
    expect(seat([], others('a', 'b', 'c'), 2, undefined).slice(0, 2)).toEqual(['a', 'me']);
    expect(seat([], others('a', 'b'), 1, 'b')).toContain('me');
  });
});
