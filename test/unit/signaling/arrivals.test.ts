import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../shared/log/logger.ts';
import { Arrivals } from '../../../signaling/arrivals.ts';
import { streamer } from '../../support/signaling/entries.ts';
import { VolatileDirectory } from '../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../support/sip/virtual-clock.ts';

function logInto(lines: string[]): Logger {
  const method = (first: Record<string, unknown> | string, message = ''): void => {
    const streamerName = typeof first === 'string' ? undefined : first['streamer'];
    lines.push(typeof first === 'string' ? first : [message, ...(typeof streamerName === 'string' ? [streamerName] : [])].join(' '));
  };
  return { debug: method, info: method, warn: method, error: method, child: () => logInto(lines) };
}

describe('The operator hears', () => {
  it('who comes and goes, and why', async () => {
    const lines: string[] = [];
    const clock = new VirtualClock();
    const directory = new VolatileDirectory(clock);
    const arrivals = new Arrivals(directory, clock, logInto(lines));
    directory.streamers.putLazily(streamer('a'));
    directory.streamers.putLazily(streamer('a', { identity: 'refreshed' }));
    directory.streamers.putLazily(streamer('b'));
    directory.streamers.deleteLazily('a');
    directory.streamers.deleteLazily('b');
    arrivals.expired('b');
    await clock.advance(0);
    expect(lines).toEqual(['a streamer registered a', 'a streamer registered b', 'a streamer left a', 'a streamer went silent: its registration has expired b']);
    arrivals.close();
  });

  it('how many, where thousands come at once', async () => {
    const lines: string[] = [];
    const clock = new VirtualClock();
    const directory = new VolatileDirectory(clock);
    const arrivals = new Arrivals(directory, clock, logInto(lines));
    for (let index = 0; index < 1000; index++) directory.streamers.putLazily(streamer(`s${index}`));
    await clock.advance(1000);
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('980 more streamers registered');
    arrivals.close();
  });
});
