import { beforeEach, describe, expect, it } from 'vitest';
import { Viewers } from '../../../../signaling/calls/viewers.ts';
import { StreamerList } from '../../../../signaling/list/list.ts';
import { answerOptions } from '../../../../signaling/list/options.ts';
import { Location } from '../../../../signaling/registrar/location.ts';
import type { Refusal } from '../../../../signaling/reply.ts';
import { session, streamer } from '../../../support/signaling/entries.ts';
import { request } from '../../../support/signaling/requests.ts';
import type { RequestOptions } from '../../../support/signaling/requests.ts';
import { VolatileDirectory } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

interface Page {
  streamers: { name: string; viewers: number }[];
  total: number;
  next?: number;
}

describe('The list', () => {
  let clock: VirtualClock;
  let directory: VolatileDirectory;
  let list: StreamerList;

  beforeEach(() => {
    clock = new VirtualClock();
    directory = new VolatileDirectory(clock);
    const location = new Location(directory, () => clock.now());
    list = new StreamerList({ directory, location, viewers: new Viewers(directory), domain: { host: '127.0.0.1', port: 5060 } });
  });

  function ask(options: RequestOptions = {}): Page {
    const reply = answerOptions(request('OPTIONS', options), list, 'OPTIONS, REGISTER');
    expect(reply).toMatchObject({ status: 200, contentType: 'application/json' });
    return JSON.parse(reply.body ?? '') as Page;
  }

  it('is empty, never an error, where nobody streams (seed 4.6)', () => {
    expect(ask()).toEqual({ streamers: [], total: 0 });
  });

  it('shows name, address, title, image, description, codecs and viewers (seeds 4.6, 4.18)', () => {
    directory.streamers.putLazily(streamer('José', { info: { title: 'T', description: 'D', image: '/i.svg', codecs: { audio: ['opus'], video: ['VP8'] } } }));
    expect(ask()).toEqual({
      streamers: [{ name: 'José', address: 'sip:Jos%C3%A9@127.0.0.1:5060', title: 'T', image: '/i.svg', description: 'D', codecs: { audio: ['opus'], video: ['VP8'] }, viewers: 0 }],
      total: 1,
    });
  });

  it('shows mode and renditions where a streamer has them', () => {
    directory.streamers.putLazily(streamer('film', { info: { ...streamer('film').info, mode: 'vod', renditions: ['720p', '360p'] } }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'film', mode: 'vod', renditions: ['720p', '360p'] }] });
  });

  it('counts the viewers of established sessions only', () => {
    directory.streamers.putLazily(streamer('camera'));
    const watching = { ...session('1'), streamer: 'camera' };
    const viewers = (): number | undefined => ask().streamers[0]?.viewers;
    const seen: (number | undefined)[] = [];
    for (const state of ['offer-received', 'answer-received', 'connection-established', 'connection-finished'] as const) {
      directory.sessions.putLazily({ ...watching, state });
      seen.push(viewers());
    }
    directory.sessions.putLazily({ ...session('2'), state: 'connection-established' });
    directory.sessions.putLazily({ ...session('3'), state: 'connection-established' });
    seen.push(viewers());
    directory.sessions.deleteLazily(session('2').id);
    seen.push(viewers());
    expect(seen).toEqual([0, 0, 1, 0, 2, 1]);
  });

  it('leaves out whom a restart has forgotten, and who has expired', () => {
    directory.streamers.putLazily(streamer('camera'));
    directory.streamers.putLazily(streamer('forgotten', { forgotten: true }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'camera' }], total: 1 });
    clock.tick(Date.UTC(2031, 0, 1));
    expect(ask().streamers).toEqual([]);
  });

  it('comes in pages of one datagram each, which together hold everyone once', () => {
    const names = Array.from({ length: 100 }, (_, index) => `streamer ${index}`);
    for (const name of names) directory.streamers.putLazily(streamer(name));
    const seen: string[] = [];
    let offset: number | undefined = 0;
    while (offset !== undefined) {
      const body = answerOptions(request('OPTIONS', { body: JSON.stringify({ offset }) }), list, 'OPTIONS').body ?? '';
      expect(Buffer.byteLength(body)).toBeLessThan(1000);
      const page = JSON.parse(body) as Page;
      expect(page.total).toBe(100);
      seen.push(...page.streamers.map(({ name }) => name));
      offset = page.next;
    }
    expect(seen).toEqual(names);
  });

  it('shows a streamer that says a lot alone on its page', () => {
    const info = { title: 't', description: 'd'.repeat(1000), image: 'i'.repeat(2000), codecs: { audio: [], video: [] } };
    directory.streamers.putLazily(streamer('a', { info }));
    directory.streamers.putLazily(streamer('b', { info }));
    expect(ask()).toMatchObject({ streamers: [{ name: 'a' }], total: 2, next: 1 });
    expect(ask({ body: '{"offset":1}' })).toMatchObject({ streamers: [{ name: 'b' }], total: 2 });
    expect(ask({ body: '{"offset":2}' })).toEqual({ streamers: [], total: 2 });
  });

  it('answers a ping of one who takes no JSON, without the list', () => {
    const reply = answerOptions(request('OPTIONS', { headers: [['Accept', 'text/plain']] }), list, 'OPTIONS');
    expect(reply.status).toBe(200);
    expect(reply.body).toBeUndefined();
  });

  it.each([
    ['a body that is no JSON', { body: 'hello' }, 400],
    ['a negative offset', { body: '{"offset":-1}' }, 400],
    ['another type of body', { body: 'v=0', contentType: 'application/sdp' }, 415],
  ])('refuses %s', (_, options, status) => {
    expect(() => ask(options)).toThrow(expect.objectContaining({ status }) as Refusal);
  });
});
