import { describe, expect, it } from 'vitest';
import type { Member } from '../../../../../../front/page/src/connection/room.ts';
import { comings } from '../../../../../../front/page/src/meeting/room/comings.ts';

const member = (id: string, name: string): Member => ({ id, name, audio: true, video: true, screen: false });
const me = member('m0', 'me');

describe('who comes and goes (seeds 2.15, 3.14)', () => {
  it('is nobody at first', () => {
    expect(comings(undefined, [me, member('m1', 'ana')], 'm0')).toEqual({ came: [], went: [] });
  });

  it('is told by name, oneself left out', () => {
    expect(comings([me, member('m1', 'ana')], [me, member('m2', 'bo')], 'm0')).toEqual({ came: ['bo'], went: ['ana'] });
    expect(comings([member('m1', 'ana')], [me, member('m1', 'ana')], 'm0')).toEqual({ came: [], went: [] });
  });

  it('is nobody when someone came back under another identifier, or has another name now', () => {
    expect(comings([me, member('m1', 'ana')], [me, member('m5', 'ana')], 'm0')).toEqual({ came: [], went: [] });
    expect(comings([me, member('m1', 'ana')], [me, member('m1', 'Ana B')], 'm0')).toEqual({ came: [], went: [] });
  });
});
