import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from '../../../../../front/page/src/routing/route.ts';

/** UTF-16 without halves of pairs: what a link can hold. */
const text = fc.string({ unit: 'grapheme', minLength: 1 });

describe('addresses of screens', () => {
  it('are the wall where nothing or nonsense stands', () => {
    for (const hash of ['', '#', '#/', '#/watch', '#/watch/', '#/nowhere/else', 'javascript:alert(1)']) {
      expect(parseRoute(hash)).toEqual({ screen: 'wall' });
    }
  });

  it('lead to a player whatever the streamer is called (seed 4.22)', () => {
    fc.assert(
      fc.property(text, (streamer) => {
        expect(parseRoute(formatRoute({ screen: 'watch', streamer }))).toEqual({ screen: 'watch', streamer });
      }),
    );
  });

  it('take an escape that is none for what it says', () => {
    expect(parseRoute('#/watch/100%')).toEqual({ screen: 'watch', streamer: '100%' });
  });

  it('lead into a room, with the key where the link has one (seed 3.10)', () => {
    expect(parseRoute('#/room/AbC_-1?key=K_-2')).toEqual({ screen: 'room', id: 'AbC_-1', key: 'K_-2' });
    expect(parseRoute('#/room/AbC_-1')).toEqual({ screen: 'room', id: 'AbC_-1', key: undefined });
    expect(parseRoute('#/room/')).toEqual({ screen: 'rooms' });
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), (id, key) => {
        expect(parseRoute(formatRoute({ screen: 'room', id, key }))).toEqual({ screen: 'room', id, key });
      }),
    );
  });

  it('lead to each plain screen and back', () => {
    for (const screen of ['wall', 'rooms', 'people', 'live', 'account', 'admin', 'ladder'] as const) {
      expect(parseRoute(formatRoute({ screen }))).toEqual({ screen });
    }
  });

  it('remember through the sign-in where one was going (seed 3.12)', () => {
    const next = formatRoute({ screen: 'room', id: 'tea', key: 'a&b=c' });
    expect(parseRoute(formatRoute({ screen: 'sign-in', next }))).toEqual({ screen: 'sign-in', next });
    expect(parseRoute('#/sign-in')).toEqual({ screen: 'sign-in', next: undefined });
  });

  it('lead from the sign-in nowhere else than into this page', () => {
    for (const next of ['https://elsewhere.example/', '//elsewhere.example', 'javascript:alert(1)', '#/sign-in?next=x']) {
      expect(parseRoute(`#/sign-in?next=${encodeURIComponent(next)}`)).toEqual({ screen: 'sign-in', next: undefined });
    }
  });
});
