import { describe, expect, it } from 'vitest';
import { listChange } from '../../../../../front/page/src/connection/directory.ts';
import { streamer } from '../support.ts';

describe('changes of the list', () => {
  const [a, b, c] = [streamer('a'), streamer('b'), streamer('c')];

  it('are nobody at first', () => {
    expect(listChange(undefined, [a, b])).toEqual({ joined: [], left: [] });
  });

  it('are who came and who left', () => {
    expect(listChange([a, b], [b, c])).toEqual({ joined: [c], left: [a] });
  });

  it('are nobody when only details change', () => {
    expect(listChange([a], [streamer('a', { viewers: 5 })])).toEqual({ joined: [], left: [] });
  });
});
