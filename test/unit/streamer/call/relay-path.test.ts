import { describe, expect, it } from 'vitest';
import { Headers } from '../../../../shared/sip/message/headers.ts';
import { RefusedError } from '../../../../streamer/call/refused.ts';
import { formatPath, MAX_DEPTH, passTo, readPath, RELAY_PATH_HEADER, stationId, stationName, type RelayPath } from '../../../../streamer/call/relay-path.ts';

const saying = (value?: string) => {
  const headers = new Headers();
  if (value !== undefined) headers.append(RELAY_PATH_HEADER, value);
  return { headers };
};
const path = (...ids: string[]): RelayPath => ids.map((id) => ({ id, onDemand: false }));
const refusal = (act: () => unknown): RefusedError => {
  try {
    act();
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the way that a stream has come', () => {
  it('is written and read, whatever names hold', () => {
    const stations: RelayPath = [{ id: stationId('Élise, & co; live/2'), onDemand: true }, { id: stationId('relay', 'eu 1'), onDemand: false }];
    const text = formatPath(stations);
    expect(text).toBe('%C3%89lise%2C%20%26%20co%3B%20live%2F2;keyframes=asked, relay/eu%201');
    expect(readPath(saying(text))).toEqual(stations);
    expect(stations.map(({ id }) => stationName(id))).toEqual(['Élise, & co; live/2', 'relay, replica eu 1']);
  });

  it.each([undefined, '', ' , ', 'x'.repeat(401), Array.from({ length: 17 }, () => 'a').join(','), 'a,'.repeat(10_000)])('is not read from %j', (text) => {
    expect(readPath(saying(text))).toBeUndefined();
  });

  it('shows what is no escaped name as it is', () => expect(stationName('%zz')).toBe('%zz'));
});

describe('who calls', () => {
  it('is told of the way where he is a relay, and of nothing where he is a viewer', () => {
    const passage = { path: () => path('origin', 'first') };
    expect(passTo(saying('second'), passage)).toEqual({ [RELAY_PATH_HEADER]: 'origin, first' });
    expect(passTo(saying(), passage)).toEqual({});
  });

  it('is refused by 482 where the stream comes from him, wherever he stands in it', () => {
    const passage = { path: () => path('origin', 'a/1', 'b') };
    for (const caller of ['origin', 'a/1', 'b']) expect(refusal(() => passTo(saying(caller), passage)).status).toBe(482);
    expect(passTo(saying('a/2'), passage)).toEqual({ [RELAY_PATH_HEADER]: 'origin, a/1, b' });
  });

  it('is refused by 483 behind the eighth relay', () => {
    const relays = Array.from({ length: MAX_DEPTH }, (_, number) => `relay${number + 1}`);
    expect(passTo(saying('last'), { path: () => path('origin', ...relays.slice(0, -1)) })).toHaveProperty(RELAY_PATH_HEADER);
    const error = refusal(() => passTo(saying('further'), { path: () => path('origin', ...relays) }));
    expect(error.status).toBe(483);
    expect(error.message).toContain('there are 8 relays from the origin to here');
  });

  it('is refused by 488 where no relay can have it, and watches it where he is none', () => {
    const passage = { path: () => path('film'), hindrance: 'film cannot be relayed' };
    expect(refusal(() => passTo(saying('relay'), passage))).toMatchObject({ status: 488, message: 'film cannot be relayed' });
    expect(passTo(saying(), passage)).toEqual({});
  });
});
