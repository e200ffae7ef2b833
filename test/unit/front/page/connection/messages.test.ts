import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServerMessage } from '../../../../../front/page/src/connection/messages.ts';
import { parseStreamers } from '../../../../../front/page/src/connection/streamer.ts';

describe('messages from front', () => {
  it('bring the list, with title, image and description (seed 4.18)', () => {
    const entry = { name: 'quay', address: '127.0.0.1:9997', title: 'The quay', image: '/images/quay.webp', description: 'North', viewers: 3 };
    expect(parseServerMessage(JSON.stringify({ type: 'streamers', streamers: [entry] }))).toEqual({ type: 'streamers', streamers: [{ ...entry, onDemand: false, renditions: [] }] });
  });

  it('bring an empty list as one (seed 4.6)', () => {
    expect(parseServerMessage('{"type":"streamers","streamers":[]}')).toEqual({ type: 'streamers', streamers: [] });
  });

  it('fill in what an entry lacks', () => {
    expect(parseStreamers([{ name: 'bare' }])).toEqual([{ name: 'bare', address: '', title: 'bare', description: '', image: '', viewers: 0, onDemand: false, renditions: [] }]);
  });

  it('say which streamers play on demand, and in which qualities', () => {
    const entry = { name: 'film', mode: 'vod', renditions: ['720p', 5, '360p'] };
    expect(parseStreamers([entry])?.[0]).toMatchObject({ onDemand: true, renditions: ['720p', '360p'] });
    expect(parseStreamers([{ ...entry, mode: 'live', renditions: 'all' }])?.[0]).toMatchObject({ onDemand: false, renditions: [] });
  });

  it('lose entries without a name, doubles and absurd numbers', () => {
    const list = parseStreamers([{ title: 'nameless' }, { name: '' }, null, 7, { name: 'a', viewers: -3 }, { name: 'a', viewers: 2 }, { name: 'b', viewers: 1.7 }]);
    expect(list?.map(({ name, viewers }) => [name, viewers])).toEqual([['a', 0], ['b', 1]]);
  });

  it('are bounded in number and length', () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({ name: `n${index}`, description: 'x'.repeat(10_000) }));
    const list = parseStreamers(many);
    expect(list).toHaveLength(2000);
    expect(list?.[0]?.description).toHaveLength(2000);
  });

  it('of unknown kinds are passed over, as is what is no message', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseServerMessage(text)).toBeUndefined();
    }));
    for (const text of ['{"type":"streamers","streamers":{}}', '{"type":"signaling","state":"odd"}', '{"type":"ended"}', '[]']) {
      expect(parseServerMessage(text)).toBeUndefined();
    }
  });

  it('tell of signaling and of ended calls', () => {
    expect(parseServerMessage('{"type":"signaling","state":"down"}')).toEqual({ type: 'signaling', state: 'down' });
    expect(parseServerMessage('{"type":"ended","streamer":"quay","reason":"BYE"}')).toEqual({ type: 'ended', streamer: 'quay', reason: 'BYE', byOperator: false });
    expect(parseServerMessage('{"type":"ended","streamer":"quay","reason":"No UDP.","error":"no-udp"}')).toEqual({ type: 'ended', streamer: 'quay', reason: 'No UDP.', error: 'no-udp', byOperator: false });
    expect(parseServerMessage('{"type":"ended","streamer":"quay","error":"no-luck"}')).toEqual({ type: 'ended', streamer: 'quay', reason: '', byOperator: false });
    expect(parseServerMessage('{"type":"ended","streamer":"quay"}')).toEqual({ type: 'ended', streamer: 'quay', reason: '', byOperator: false });
    expect(parseServerMessage('{"type":"ended","streamer":"quay","by":"operator"}')).toMatchObject({ byOperator: true });
  });
});
