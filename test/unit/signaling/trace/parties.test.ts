import { expect, it, describe } from 'vitest';
import { Parties } from '../../../../signaling/trace/parties.ts';
import { streamer } from '../../../support/signaling/entries.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

describe('who is at an address', () => {
  it('is told by the directory, at most a second old, and by fronts that read along', async () => {
    const clock = new VirtualClock();
    const directory = new VolatileDirectory(clock, new VolatileStore());
    const parties = new Parties(directory, () => clock.now());
    expect(parties.at('127.0.0.1:9997')).toBeUndefined();
    const [binding] = streamer('x').bindings;
    const at = (port: number) => ({ bindings: [{ ...binding, address: { host: '127.0.0.1', port } }] as const });
    directory.streamers.putLazily(streamer('camera', at(9997)));
    directory.streamers.putLazily(streamer('second', at(9997)));
    directory.streamers.putLazily(streamer('rooms', { kind: 'focus', ...at(9998) }));
    directory.streamers.putLazily(streamer('ana', { kind: 'person', ...at(5065) }));
    await clock.advance(999);
    expect(parties.at('127.0.0.1:9997')).toBeUndefined();
    await clock.advance(1);
    expect([9997, 9998, 5065, 1].map((port) => parties.at(`127.0.0.1:${port}`))).toEqual([
      { name: 'camera', kind: 'streamer' }, { name: 'rooms', kind: 'focus' }, { name: 'front', kind: 'front' }, undefined,
    ]);
    parties.addFront('127.0.0.1:5065', 'west');
    expect(parties.at('127.0.0.1:5065')).toEqual({ name: 'west', kind: 'front' });
    parties.removeFront('127.0.0.1:5065');
    expect(parties.at('127.0.0.1:5065')).toEqual({ name: 'front', kind: 'front' });
  });
});
