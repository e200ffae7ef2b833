import { describe, expect, it } from 'vitest';
import { Location } from '../../../../signaling/registrar/location.ts';
import { RoomAllocation } from '../../../../signaling/rooms/allocation.ts';
import { session, streamer } from '../../../support/signaling/entries.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { VolatileDirectory } from '../../../support/signaling/volatile-directory.ts';

const PEERS = { has: () => false };
const ROOMS = Array.from({ length: 60 }, (_, index) => `room${index}`);

/** As one daemon knows it, which has heard of the focuses in this order. */
function allocation(focuses: readonly string[], shared: boolean): { rooms: RoomAllocation; directory: VolatileDirectory } {
  const directory = new VolatileDirectory(new VirtualClock(), undefined, shared ? PEERS : undefined);
  for (const name of focuses) directory.streamers.putLazily(streamer(name, { kind: 'focus' }));
  return { directory, rooms: new RoomAllocation({ directory, location: new Location(directory, () => 0), now: () => 0 }) };
}

function choices({ rooms }: { rooms: RoomAllocation }): (string | undefined)[] {
  return ROOMS.map((room) => rooms.of(room).focuses[0]?.name);
}

describe('An empty room', () => {
  it('goes to the same of several equally loaded focuses, whichever daemon that shares the directory is asked', () => {
    const [one, other] = [allocation(['a', 'b', 'c'], true), allocation(['c', 'b', 'a'], true)];
    expect(choices(one)).toEqual(choices(other));
    expect(new Set(choices(one))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('goes to the least loaded all the same', () => {
    const made = allocation(['a', 'b', 'c'], true);
    for (const focus of ['a', 'c']) made.directory.sessions.putLazily(session(focus, { kind: 'focus', streamer: focus, room: 'elsewhere', state: 'connection-established' }));
    expect(new Set(choices(made))).toEqual(new Set(['b']));
  });

  it('goes to the one that came first where the directory is one daemon’s', () => {
    expect(new Set(choices(allocation(['c', 'a', 'b'], false)))).toEqual(new Set(['c']));
  });
});
