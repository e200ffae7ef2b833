import { beforeEach, describe, expect, it } from 'vitest';
import { RoomStage, type Guest } from '../../../support/streamer/room-stage.ts';

describe('What a member tells of himself', () => {
  let stage: RoomStage;
  let ana: Guest;
  let bo: Guest;

  beforeEach(async () => {
    stage = new RoomStage();
    [ana, bo] = [await stage.join('tea', 'ana'), await stage.join('tea', 'bo')];
  });

  it('is heard by the others as states, however often it is told (seed 0.17)', async () => {
    const { states } = await stage.watch('tea');
    for (let count = 0; count < 3; count++) expect((await ana.info({ audio: false })).status).toBe(200);
    await ana.info({ screen: true, video: false });
    await stage.clock.advance(200);
    expect(states.at(-1)?.members).toEqual([
      { id: 'm1', name: 'ana', audio: false, video: false, screen: true },
      { id: 'm2', name: 'bo', audio: true, video: true, screen: false },
    ]);
    expect(ana.media.showing).toEqual({ audio: false, video: false, screen: true });
    expect(bo.media.showing).toEqual({ audio: true, video: true, screen: false });
  });

  it('is a new name, which reaches everyone (seed 2.12)', async () => {
    expect((await ana.info({ name: 'Ana María' })).status).toBe(200);
    expect(await stage.names('tea')).toEqual(['Ana María', 'bo']);
  });

  it('is never another’s name (seed 2.18)', async () => {
    expect((await ana.info({ name: 'bo' })).status).toBe(403);
    expect(await stage.names('tea')).toEqual(['ana', 'bo']);
  });

  it('is at which sizes he shows the others (seed 2.24)', async () => {
    await ana.info({ sizes: { m2: 360, m3: 0 } });
    expect([...ana.media.heights]).toEqual([['m2', 360], ['m3', 0]]);
    expect(bo.media.heights.size).toBe(0);
  });

  it.each<[string, number, unknown]>([
    ['no JSON', 400, 'hello'],
    ['nothing', 400, {}],
    ['a list', 400, [1]],
    ['null', 400, 'null'],
    ['a toggle', 400, { audio: 'toggle' }],
    ['an unknown message', 400, { kick: 'bo' }],
    ['a size that is none', 400, { sizes: { m2: -1 } }],
    ['a size of nobody', 400, { sizes: { constructor: 1 } }],
    ['a prototype', 400, '{"__proto__":{"audio":false}}'],
    ['an empty name', 400, { name: ' ' }],
    ['a name of 65 characters', 400, { name: 'x'.repeat(65) }],
    ['a name with line breaks', 400, { name: 'a\r\nb' }],
    ['a name that turns what follows', 400, { name: '\u202Ebo' }],
    ['33 kB', 413, { name: 'x'.repeat(33_000) }],
    ['a deep nest', 400, '['.repeat(10_000)],
  ])('is refused: %s, with %i, and changes nothing (seeds 2.16, 2.18)', async (_, status, report) => {
    expect((await ana.info(report)).status).toBe(status);
    expect(ana.media.showing).toEqual({ audio: true, video: true, screen: false });
    expect(await stage.names('tea')).toEqual(['ana', 'bo']);
    expect(ana.dialog.ended).toBeUndefined();
  });

  it('is JSON and nothing else', async () => {
    const response = await ana.request('INFO', { body: 'v=0', contentType: 'application/sdp' });
    expect([response.status, response.headers.get('Accept')]).toEqual([415, 'application/json']);
    expect((await ana.request('PUBLISH')).status).toBe(405);
    expect((await ana.request('SHOUT')).status).toBe(501);
  });
});
