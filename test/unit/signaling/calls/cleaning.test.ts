import { beforeEach, describe, expect, it } from 'vitest';
import { SessionCleaning } from '../../../../signaling/calls/cleaning.ts';
import { SessionRecorder } from '../../../../signaling/calls/recorder.ts';
import type { Session, SessionState } from '../../../../signaling/directory/entries.ts';
import { binding, session, streamer } from '../../../support/signaling/entries.ts';
import { VolatileDirectory, VolatileStore } from '../../../support/signaling/volatile-directory.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const LIMITS = { retentionMs: 60_000, maxEnded: 3, maxSessionMs: 12 * HOUR_MS };

describe('Sessions are cleaned away (seed 4.16)', () => {
  let clock: VirtualClock;
  let store: VolatileStore;
  let directory: VolatileDirectory;

  beforeEach(() => {
    clock = new VirtualClock();
    store = new VolatileStore();
  });

  function begin(...sessions: Session[]): SessionCleaning {
    store.sessions = sessions;
    directory = new VolatileDirectory(clock, store);
    const now = (): number => clock.now();
    return new SessionCleaning({ directory, recorder: new SessionRecorder(directory, now), clock, now, limits: LIMITS });
  }

  function put(id: string, state: SessionState, changes: Partial<Session> = {}): void {
    directory.sessions.putLazily(session(id, { state, changedAt: clock.now(), ...changes }));
  }

  function states(): string[] {
    return [...directory.sessions.values()].map(({ callId, state }) => `${callId} ${state}`);
  }

  it('a while after they have ended, and none before', async () => {
    begin();
    put('a', 'connection-finished');
    put('b', 'connection-error');
    put('c', 'connection-established');
    await clock.advance(59_000);
    expect(states()).toHaveLength(3);
    await clock.advance(2000);
    expect(states()).toEqual(['c connection-established']);
    await clock.advance(2000);
    expect(store.sessions).toHaveLength(1);
  });

  it('a while after a restart when they had ended before', async () => {
    begin(session('old', { state: 'connection-finished', changedAt: -HOUR_MS }));
    await clock.advance(59_000);
    expect(states()).toHaveLength(1);
    await clock.advance(2000);
    expect(states()).toEqual([]);
  });

  it('the oldest first when more have ended than are kept', () => {
    begin();
    for (const id of ['a', 'b', 'c', 'd', 'e']) put(id, 'connection-finished');
    expect(states()).toEqual(['c connection-finished', 'd connection-finished', 'e connection-finished']);
  });

  it.each<[string, SessionState, number, number, string]>([
    ['unanswered', 'offer-received', 240_000, 271_000, 'connection-error'],
    ['never acknowledged', 'answer-received', 60_000, 91_000, 'connection-error'],
    ['without a word for twelve hours', 'connection-established', 12 * HOUR_MS - 1000, 12 * HOUR_MS + 31_000, 'connection-finished'],
  ])('when they are %s', async (_, state, still, over, end) => {
    begin();
    put('a', state);
    await clock.advance(still);
    expect(states()).toEqual([`a ${state}`]);
    await clock.advance(over - still);
    expect(states()).toEqual([`a ${end}`]);
  });

  it('when both ends have vanished, by their session interval (RFC 4028)', async () => {
    begin();
    put('a', 'connection-established', { intervalSeconds: 1800 });
    put('b', 'connection-established');
    await clock.advance(1_799_000);
    expect(states()).toHaveLength(2);
    await clock.advance(32_000);
    expect(states()).toEqual(['a connection-finished', 'b connection-established']);
  });

  it('when the daemon died before their answer', () => {
    const cleaning = begin(session('a'), session('b', { state: 'answer-received' }), session('c', { state: 'connection-established' }));
    cleaning.abandonUnanswered();
    expect(states()).toEqual(['a connection-error', 'b answer-received', 'c connection-established']);
  });

  it('and no timer is left when there are none, or it is closed', async () => {
    const cleaning = begin();
    put('a', 'connection-finished');
    await clock.advance(70_000);
    expect([states(), clock.pending]).toEqual([[], 0]);
    put('b', 'connection-finished');
    cleaning.close();
    await clock.advance(5000);
    expect(clock.pending).toBe(0);
  });

  it('with their focus, when it is gone or was started again', () => {
    begin();
    const member = (focus: string): Partial<Session> => ({ kind: 'focus', streamer: focus, room: 'tea' });
    for (const name of ['rooms', 'others', 'camera']) directory.streamers.putLazily(streamer(name, name === 'camera' ? {} : { kind: 'focus' }));
    put('a', 'connection-established', member('rooms'));
    put('b', 'connection-established', member('others'));
    put('c', 'connection-established', { streamer: 'camera' });
    directory.streamers.deleteLazily('rooms');
    directory.streamers.deleteLazily('camera');
    expect(states()).toEqual(['a connection-finished', 'b connection-established', 'c connection-established']);
    const others = streamer('others', { kind: 'focus' });
    directory.streamers.putLazily({ ...others, bindings: [binding('others', { cseq: 2 })] });
    expect(states()).toContain('b connection-established');
    directory.streamers.putLazily({ ...others, bindings: [binding('others', { callId: 'second life' })] });
    expect(states()).toContain('b connection-finished');
  });

  it('with the focus to which they have moved', () => {
    begin();
    for (const name of ['one', 'two']) directory.streamers.putLazily(streamer(name, { kind: 'focus' }));
    put('a', 'offer-received', { kind: 'focus', streamer: 'one', room: 'tea' });
    put('a', 'offer-received', { kind: 'focus', streamer: 'two', room: 'tea' });
    directory.streamers.deleteLazily('one');
    expect(states()).toEqual(['a offer-received']);
    directory.streamers.deleteLazily('two');
    expect(states()).toEqual(['a connection-finished']);
  });
});
