import { expect, it } from 'vitest';
import type { Streamer } from '../../../../front/directory/streamer.ts';
import { RegisteredStreamers } from '../../../../front/operator/streamers.ts';

const streamer = (name: string, address = `sip:${name}@127.0.0.1`): Streamer => ({ name, address, title: name, image: '', description: '', codecs: undefined, viewers: 0 });

it('an operator sees since when each streamer is listed, anew when it has been away or has moved', () => {
  let now = 1_000;
  let tell: (streamers: readonly Streamer[]) => void = () => undefined;
  const directory = { streamers: undefined as readonly Streamer[] | undefined, onStreamers: (listener: typeof tell) => (tell = listener) };
  const registered = new RegisteredStreamers(directory, () => now);
  const since = (...streamers: readonly Streamer[]) => {
    directory.streamers = streamers;
    tell(streamers);
    return registered.list().map(({ streamer: { name }, sinceMs }) => [name, sinceMs]);
  };
  expect(registered.list()).toEqual([]);
  expect(since(streamer('a'))).toEqual([['a', 1_000]]);
  now = 2_000;
  expect(since(streamer('a'), { ...streamer('b'), viewers: 3 })).toEqual([['a', 1_000], ['b', 2_000]]);
  now = 3_000;
  expect(since({ ...streamer('b'), viewers: 4 })).toEqual([['b', 2_000]]);
  expect(since(streamer('a'), streamer('b', 'sip:b@10.0.0.1'))).toEqual([['a', 3_000], ['b', 3_000]]);
});
