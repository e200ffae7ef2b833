import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from '../../../../../front/page/src/routing/route.ts';

describe('addresses of screens', () => {
  it('are the wall where nothing or nonsense stands', () => {
    for (const hash of ['', '#', '#/', '#/watch', '#/watch/', '#/nowhere/else', 'javascript:alert(1)']) {
      expect(parseRoute(hash)).toEqual({ screen: 'wall' });
    }
  });

  it('lead to a player whatever the streamer is called (seed 4.22)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (streamer) => {
        expect(parseRoute(formatRoute({ screen: 'watch', streamer }))).toEqual({ screen: 'watch', streamer });
      }),
    );
  });

  it('take an escape that is none for what it says', () => {
    expect(parseRoute('#/watch/100%')).toEqual({ screen: 'watch', streamer: '100%' });
  });
});
