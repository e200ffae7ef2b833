import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../../../streamer/call/broadcast.ts';
import type { ViewerConnection } from '../../../../streamer/call/viewer-connection.ts';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import { watchOver } from '../../../../streamer/quality/watch-over.ts';
import { VP8, type Track } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ManualSource, VIDEO } from '../../../support/streamer/frames.ts';
import { RecordingTransport, VIDEO_TRACK } from '../../../support/streamer/recording-transport.ts';

const rendition = (id: number, height: number, bitsPerSecond: number): Track => ({ id, kind: 'video', codec: VP8, rendition: { name: `${height}p`, width: height * 2, height, bitsPerSecond } });
const LADDER = [rendition(0, 720, 900_000), rendition(5, 360, 300_000)];

function setUp(tracks: readonly Track[]) {
  const clock = new VirtualClock();
  const fanout = new Fanout({ source: new ManualSource(tracks), clock, wallClock: () => 0, random: () => 0, quality: watchOver(clock) });
  const told: unknown[] = [];
  let say: (text: string) => void = () => undefined;
  const channel = {
    onOpen: (listener: () => void) => listener(),
    onMessage: (listener: (text: string | undefined) => void) => (say = listener),
    send: (text: string) => told.push(JSON.parse(text)) > 0,
  };
  const transport = new RecordingTransport([{ ...VIDEO_TRACK, sources: tracks.map(({ id }) => id) }]);
  const connection = Object.assign(transport, { answer: '', renew: () => '', addCandidates: () => undefined, channel, onConnected: () => undefined, onClosed: () => undefined, end: () => undefined, close: () => Promise.resolve() }) as ViewerConnection;
  const broadcast = new Broadcast(fanout, clock);
  return { broadcast, fanout, connection, told, say: (message: unknown) => say(JSON.stringify(message)) };
}

describe('a broadcast', () => {
  it('lets a viewer who has a choice pin a rendition, and let it go', () => {
    const { broadcast, fanout, connection, told, say } = setUp(LADDER);
    const seat = broadcast.add(connection);
    expect(told).toEqual([{ type: 'rendition', name: '720p', pinned: false, available: ['720p', '360p'] }]);
    say({ type: 'rendition', name: '360p' });
    expect(told.at(-1)).toMatchObject({ name: '360p', pinned: true });
    expect(seat.statistics()).toMatchObject({ rendition: '360p' });
    say({ type: 'rendition', name: '1080p' });
    expect(told.at(-1)).toMatchObject({ type: 'error' });
    say({ type: 'rendition', name: null });
    expect(told.at(-1)).toMatchObject({ name: '360p', pinned: false });
    broadcast.remove(seat);
    expect(fanout.viewers).toBe(0);
    const before = told.length;
    say({ type: 'rendition', name: '360p' });
    expect(told).toHaveLength(before);
  });

  it('says that there is nothing to choose where there is nothing', () => {
    const { broadcast, connection, told, say } = setUp([VIDEO]);
    broadcast.add(connection);
    say({ type: 'rendition', name: '360p' });
    expect(told).toEqual([]);
  });
});
