import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { chooseWorkers, mediaPlace, mediaPorts, parseAnnounced, parsePortRange } from '../../../streamer/media-settings.ts';
import { openInRange } from '../../../streamer/egress/port-range.ts';

const NOTHING = { mediaHost: '127.0.0.1', announceIp: undefined, mediaPort: undefined, mediaPortRange: undefined };

describe('the addresses that are announced', () => {
  it('are a list of addresses and names', () => {
    expect(parseAnnounced('203.0.113.7, own')).toEqual(['203.0.113.7', 'own']);
    for (const text of ['', ',', '1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4', 'a b']) expect(() => parseAnnounced(text)).toThrow(/expected/);
  });

  it('are looked up once, at the start; a name without an IPv4 address is refused with its name', async () => {
    const lookup = async (host: string) => {
      if (host !== 'cast.example') throw new Error('ENOTFOUND');
      return '203.0.113.8';
    };
    expect(await mediaPlace({ ...NOTHING, announceIp: ['203.0.113.7', 'own', 'cast.example'] }, 1, lookup)).toEqual({ mediaHost: '127.0.0.1', announced: ['203.0.113.7', 'own', '203.0.113.8'] });
    await expect(mediaPlace({ ...NOTHING, announceIp: ['nowhere.example'] }, 1, lookup)).rejects.toThrow('--announce-ip nowhere.example: no IPv4 address is known for it');
  });

  it.each(['0.0.0.0', '224.0.0.1', '255.255.255.255'])('are none where nobody is: %s', async (address) => {
    await expect(mediaPlace({ ...NOTHING, announceIp: [address] }, 1)).rejects.toThrow(/nobody can be reached/);
  });
});

describe('the ports of media', () => {
  it('are one, or those of a range, and not both', () => {
    expect(parsePortRange('40000-40003')).toEqual({ first: 40_000, last: 40_003 });
    for (const text of ['40000', '40003-40000', '0-5', '1-70000', '1-2-3', 'a-b']) expect(() => parsePortRange(text)).toThrow(/expected/);
    expect(mediaPorts({ mediaPort: 40_000, mediaPortRange: undefined })).toEqual({ first: 40_000, last: 40_000 });
    expect(() => mediaPorts({ mediaPort: 1, mediaPortRange: { first: 1, last: 2 } })).toThrow(/one of them/);
  });

  it('are as many as there are workers: fewer workers are started by default, and none more than ports by demand', () => {
    expect(chooseWorkers(undefined, undefined, 4)).toBe(4);
    expect(chooseWorkers(undefined, { first: 1, last: 1 }, 4)).toBe(1);
    expect(chooseWorkers(undefined, { first: 1, last: 1 }, 0)).toBe(0);
    expect(chooseWorkers(3, { first: 1, last: 3 }, 4)).toBe(3);
    expect(() => chooseWorkers(2, { first: 1, last: 1 }, 4)).toThrow(/--workers 2: each needs a port of its own/);
  });

  it('are taken in turn, those in use left out; where all are, that is said before anything starts', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    await expect(mediaPlace({ ...NOTHING, mediaPort: port }, 1)).rejects.toThrow(`no port for media: UDP port ${port} is in use`);
    const range = { first: port, last: Math.min(port + 20, 65_535) };
    const first = await openInRange('portable', '127.0.0.1', range);
    const second = await openInRange('portable', '127.0.0.1', range);
    expect(new Set([port, first.port, second.port]).size).toBe(3);
    for (const each of [first, second]) expect(each.port > port && each.port <= range.last).toBe(true);
    await Promise.all([first.close(), second.close()]);
    taken.close();
  });
});
