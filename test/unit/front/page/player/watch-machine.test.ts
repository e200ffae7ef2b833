import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FailureId } from '../../../../../front/page/src/connection/failure.ts';
import { FULL_RETRY_MS } from '../../../../../front/page/src/player/retry-policy.ts';
import { MAX_RECALLS, RECALL_LIMIT_MS } from '../../../../../front/page/src/player/recall.ts';
import { ICE_LIMIT_MS, PICTURE_LIMIT_MS, STEADY_MS } from '../../../../../front/page/src/player/transitions.ts';
import { DIAGNOSIS_LIMIT_MS, step } from '../../../../../front/page/src/player/watch-machine.ts';
import { initialState } from '../../../../../front/page/src/player/watch-state.ts';
import type { Effect, RecallNews, WatchEvent, WatchState } from '../../../../../front/page/src/player/watch-state.ts';
import { middle } from '../support.ts';

const HERE = '127.0.0.1:9997';
const ELSEWHERE = '127.0.0.1:9998';

let state: WatchState;
let effects: readonly Effect[];
let now: number;

/** Feeds events; `effects` are those of the last one. */
function on(...events: (WatchEvent | WatchEvent['type'])[]): void {
  for (const event of events) {
    ({ state, effects } = step(state, (typeof event === 'string' ? { type: event } : event) as WatchEvent, { now, random: middle }));
  }
}

const listed = (address: string | undefined): WatchEvent => ({ type: 'listed', address });
const failed = (id: FailureId, retryAfterMs?: number): WatchEvent => ({ type: 'failed', failure: retryAfterMs === undefined ? { id } : { id, retryAfterMs } });
const news = (what: RecallNews): WatchEvent => ({ type: 'recall', news: what });
const recallFailed = (id: FailureId, retryAfterMs?: number): WatchEvent => ({ type: 'recall-failed', failure: retryAfterMs === undefined ? { id } : { id, retryAfterMs } });
const diagnosed = (id: FailureId): WatchEvent => ({ type: 'diagnosed', failure: { id } });
const did = (type: Effect['type']): boolean => effects.some((effect) => effect.type === type);
const timer = (): number | undefined => effects.flatMap((effect) => (effect.type === 'timer' ? [effect.ms] : [])).at(-1);
const play = (): void => on(listed(HERE), 'start', 'answered', 'ice-connected', 'dtls-connected', 'first-media');
const failureId = (): string | undefined => (state.phase.kind === 'waiting' ? state.phase.failure.id : undefined);

beforeEach(() => {
  state = initialState;
  effects = [];
  now = 0;
});

describe('connecting', () => {
  it('goes from offer to picture, each stage with its limit', () => {
    on(listed(HERE), 'start');
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'offer' }]);
    on('answered');
    expect(timer()).toBe(ICE_LIMIT_MS);
    on('ice-connected');
    expect(timer()).toBe(PICTURE_LIMIT_MS);
    on('dtls-connected');
    expect(state.phase).toEqual({ kind: 'connecting', stage: 'picture' });
    on('first-media');
    expect(state.phase).toEqual({ kind: 'playing', since: 0 });
    expect(effects).toEqual([{ type: 'no-timer' }]);
  });

  it('says which stage it failed in', () => {
    on('start', 'answered', 'timer', 'timer');
    expect(failureId()).toBe('connection-blocked');
    state = initialState;
    on('start', 'answered', 'connection-failed', 'timer');
    expect(failureId()).toBe('connection-blocked');
    state = initialState;
    on('start', 'answered', 'ice-connected', 'connection-failed');
    expect(failureId()).toBe('connection-lost');
    state = initialState;
    on('start', 'answered', 'ice-connected', 'dtls-connected', 'timer', 'timer');
    expect(failureId()).toBe('no-picture');
  });

  it('finds out why no path comes up before it says so, tells the streamer, and tries again by itself where that can help', () => {
    on(listed(HERE), 'start', 'answered', 'connection-failed');
    expect(effects).toEqual([{ type: 'diagnose' }, { type: 'timer', ms: DIAGNOSIS_LIMIT_MS }]);
    on('connection-failed');
    expect(effects).toEqual([]);
    on(diagnosed('no-udp'));
    expect(failureId()).toBe('no-udp');
    expect(effects.slice(0, 2)).toEqual([{ type: 'drop' }, { type: 'hang-up', failure: 'no-udp' }]);
    expect(timer()).toBeGreaterThan(0);
    on('timer');
    expect(did('offer')).toBe(true);
    on('answered', 'timer', diagnosed('no-common-address'));
    expect(timer(), 'the address stays what it is').toBeUndefined();
    expect(did('hang-up')).toBe(true);
    on(listed(ELSEWHERE));
    expect(did('offer')).toBe(true);
  });

  it('goes on when a path comes up after all while that is found out', () => {
    on(listed(HERE), 'start', 'answered', 'timer', 'ice-connected');
    expect(state.phase).toEqual({ kind: 'connecting', stage: 'dtls' });
    on(diagnosed('no-udp'));
    expect(state.phase.kind).toBe('connecting');
    on('dtls-connected', 'first-media');
    expect(state.phase.kind).toBe('playing');
  });

  it('hears from the streamer why no path came up, and looks for itself as well', () => {
    on(listed(HERE), 'start', 'answered', { type: 'ended', failure: { id: 'no-udp', detail: 'Nothing arrived.' } });
    expect(did('diagnose')).toBe(true);
    on('ended');
    expect(effects, 'once is enough').toEqual([]);
    on('timer');
    expect(state.phase).toMatchObject({ kind: 'waiting', failure: { id: 'no-udp', detail: 'Nothing arrived.' } });
  });

  it('says of a call without a picture that it had none', () => {
    on(listed(HERE), 'start', 'answered', 'ice-connected', 'dtls-connected', 'timer', diagnosed('no-picture'));
    expect(effects).toContainEqual({ type: 'hang-up', failure: 'no-media' });
  });

  it('takes DTLS without a word of ICE, in whatever order a browser tells', () => {
    on('start', 'answered', 'dtls-connected', 'ice-connected', 'first-media');
    expect(state.phase.kind).toBe('playing');
  });

  it('offers anew when the streamer is started at another address meanwhile', () => {
    on(listed(HERE), 'start', listed(ELSEWHERE));
    expect(did('offer')).toBe(true);
    on(listed(ELSEWHERE));
    expect(did('offer')).toBe(false);
  });

  it('offers anew when the streamer goes and comes meanwhile, even at the same address', () => {
    on(listed(HERE), 'start', listed(undefined));
    expect(did('offer')).toBe(false);
    on(listed(HERE));
    expect(did('offer')).toBe(true);
  });

  it('does not offer twice when the first list comes after the offer', () => {
    on('start', listed(HERE));
    expect(did('offer')).toBe(false);
  });

  it('offers anew when signaling or front is back, unless it has its answer already', () => {
    on(listed(HERE), 'start', 'service-returned');
    expect(did('offer')).toBe(true);
    on('answered', 'service-returned');
    expect(did('offer')).toBe(false);
  });

  it('is not ended before it was answered: that was the call before', () => {
    on('start', 'ended');
    expect(state.phase).toEqual({ kind: 'connecting', stage: 'offer' });
  });
});

describe('while playing', () => {
  beforeEach(play);

  it('keeps the picture whatever signaling and the list do, as long as media flows', () => {
    for (const event of [listed(undefined), 'media-flows', 'service-returned', listed(HERE), 'media-flows', listed(ELSEWHERE), 'media-flows', 'ice-disconnected', 'media-flows'] as const) {
      on(event);
      expect(state.phase.kind).toBe('playing');
      expect(effects).toEqual([]);
    }
  });

  it('calls again in the background the moment that nothing comes any more, wherever the streamer is listed now', () => {
    for (const address of [HERE, ELSEWHERE]) {
      state = initialState;
      play();
      on(listed(address), 'media-stalled');
      expect(state.phase.kind).toBe('interrupted');
      expect(effects).toEqual([{ type: 'recall' }, { type: 'timer', ms: RECALL_LIMIT_MS }]);
    }
  });

  it('waits for a streamer that is not listed any more, and offers the moment it is', () => {
    on(listed(undefined), 'media-stalled');
    expect(failureId()).toBe('streamer-absent');
    expect(did('drop')).toBe(true);
    expect(timer()).toBeUndefined();
    on(listed(HERE));
    expect(did('offer')).toBe(true);
  });

  it('calls again when the connection has failed, and backs off when that keeps happening', () => {
    for (let time = 0; time < MAX_RECALLS; time += 1) {
      on('connection-failed');
      expect(did('recall')).toBe(true);
      on(news('first-media'));
    }
    on('connection-failed');
    expect(failureId()).toBe('connection-lost');
    const first = timer() ?? 0;
    on('timer', 'answered', 'ice-connected', 'dtls-connected', 'first-media', 'connection-failed');
    expect(timer()).toBeGreaterThan(first);
  });

  it('forgets earlier failures after it has played for a while', () => {
    for (let time = 0; time < 2 * MAX_RECALLS; time += 1) {
      on('connection-failed');
      expect(did('recall')).toBe(true);
      on(news('first-media'));
      now += STEADY_MS;
    }
  });

  it('stops at the streamer’s BYE, tells why, and looks whether it starts again (seed 4.17)', () => {
    on('ended');
    expect(failureId()).toBe('stream-ended');
    expect(timer()).toBe(800);
    on(listed(undefined));
    expect(failureId()).toBe('streamer-absent');
    expect(did('no-timer')).toBe(true);
    on(listed(HERE));
    expect(did('offer')).toBe(true);
  });

  it('waits for the list at once when the streamer has left it before its BYE', () => {
    on(listed(undefined), 'ended');
    expect(failureId()).toBe('streamer-absent');
  });

  it('that an operator has ended is not begun anew by itself, whatever comes', () => {
    on({ type: 'ended', byOperator: true });
    expect(failureId()).toBe('ended-by-operator');
    expect(did('drop')).toBe(true);
    for (const event of ['timer', 'service-returned', 'connection-failed', 'ended', listed(undefined), listed(HERE)] as const) {
      on(event);
      expect(effects).toEqual([]);
    }
    on('retry-now');
    expect(did('offer')).toBe(true);
  });

  it('makes way for another tab, and returns only when asked', () => {
    on('other-tab');
    expect(failureId()).toBe('other-tab');
    for (const event of ['timer', 'service-returned', listed(undefined), listed(HERE), 'ended'] as const) {
      on(event);
      expect(effects).toEqual([]);
    }
    on('retry-now');
    expect(did('offer')).toBe(true);
  });

  it('is not disturbed by a wish to try again', () => {
    on('retry-now');
    expect(state.phase.kind).toBe('playing');
    expect(effects).toEqual([]);
  });
});

describe('a call in the background because nothing comes', () => {
  beforeEach(() => {
    play();
    now = STEADY_MS;
    on('media-stalled');
  });

  it('replaces the picture at its own first frame, and is the call from then on', () => {
    on(news('answered'), news('ice-connected'), news('dtls-connected'));
    expect(state.phase.kind).toBe('interrupted');
    on(news('first-media'));
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'swap' }]);
    expect(state).toMatchObject({ phase: { kind: 'playing', since: STEADY_MS }, recall: undefined });
    on('ended');
    expect(failureId()).toBe('stream-ended');
  });

  it('is dropped when the old media comes back before the answer', () => {
    on('media-flows');
    expect(state.phase.kind).toBe('playing');
    expect(effects).toEqual([{ type: 'no-timer' }, { type: 'drop-recall' }]);
    on(news('answered'), news('first-media'), recallFailed('streamer-silent'), 'timer');
    expect([state.phase.kind, effects]).toEqual(['playing', []]);
  });

  it('goes on when the old media comes back after the answer, which has ended the old call', () => {
    on(news('answered'), 'media-flows');
    expect([state.phase.kind, effects]).toEqual(['playing', []]);
    on(news('first-media'));
    expect(did('swap')).toBe(true);
  });

  it('is shown as any connection when it takes too long, and goes on', () => {
    on('timer');
    expect(effects).toEqual([{ type: 'promote' }, { type: 'no-timer' }]);
    expect(state.phase).toEqual({ kind: 'connecting', stage: 'offer' });
    on('answered', 'ice-connected', 'dtls-connected', 'first-media');
    expect(state.phase.kind).toBe('playing');
    on('media-stalled', news('answered'), 'timer');
    expect(effects).toEqual([{ type: 'promote' }, { type: 'timer', ms: ICE_LIMIT_MS }]);
  });

  it('that fails lets the old call go, which may have been in its way, and then goes by the retry policy', () => {
    on(recallFailed('streamer-full', 20_000));
    expect(did('offer')).toBe(true);
    on(failed('streamer-full', 20_000));
    expect(timer()).toBe(20_000);
  });

  it('waits for the list where only that can help', () => {
    on(recallFailed('unknown-streamer'));
    expect(failureId()).toBe('unknown-streamer');
    expect(did('drop')).toBe(true);
    on(listed(ELSEWHERE));
    expect(did('offer')).toBe(true);
  });

  it('that fails for a streamer that has left the list waits until it is there again', () => {
    on(listed(undefined));
    expect(state.phase.kind).toBe('interrupted');
    on(recallFailed('streamer-silent'));
    expect(failureId()).toBe('streamer-absent');
  });

  it('is made anew when the streamer is listed elsewhere, or a service returns, as long as nobody has answered', () => {
    for (const event of [listed(ELSEWHERE), { type: 'service-returned' }, { type: 'call-again' }] as const) {
      on(event);
      expect(did('recall')).toBe(true);
    }
    on(news('answered'));
    for (const event of [listed(HERE), { type: 'service-returned' }, { type: 'call-again' }] as const) {
      on(event);
      expect(effects).toEqual([]);
    }
  });

  it('is not ended by the end of the old call, but by its own', () => {
    on('ended', 'connection-failed');
    expect([state.phase.kind, effects]).toEqual(['interrupted', []]);
    on(news('answered'), 'ended');
    expect(did('offer')).toBe(true);
  });

  it('tells of a way that cannot be found as a failure', () => {
    state = { ...state, failures: 2 };
    on(news('answered'), news('connection-failed'));
    expect(failureId()).toBe('connection-blocked');
  });

  it('gives way to another tab and to an operator', () => {
    on('other-tab');
    expect(failureId()).toBe('other-tab');
    expect(did('drop')).toBe(true);
    state = initialState;
    play();
    on('media-stalled', { type: 'ended', byOperator: true });
    expect(failureId()).toBe('ended-by-operator');
  });
});

describe('a call in the background because whoever carried the call is gone', () => {
  beforeEach(() => {
    play();
    on('call-again');
  });

  it('is made while the old picture goes on, and replaces it at its first frame', () => {
    expect(state.phase.kind).toBe('playing');
    expect(effects).toEqual([{ type: 'recall' }, { type: 'timer', ms: RECALL_LIMIT_MS }]);
    on(news('answered'), 'media-flows', news('ice-connected'), news('dtls-connected'));
    expect([state.phase.kind, effects]).toEqual(['playing', []]);
    on(news('first-media'));
    expect(did('swap')).toBe(true);
  });

  it('is tried again, further apart each time, while the picture goes on', () => {
    on(recallFailed('service-away'));
    expect(effects).toEqual([{ type: 'drop-recall' }, { type: 'timer', ms: 800 }]);
    on('timer');
    expect(did('recall')).toBe(true);
    on('timer');
    expect(effects, 'nobody answers').toEqual([{ type: 'drop-recall' }, { type: 'timer', ms: 1440 }]);
    expect(state.phase.kind).toBe('playing');
    on('service-returned');
    expect(did('recall')).toBe(true);
  });

  it('registers first where the new front does not know the viewer', () => {
    on(recallFailed('not-registered'));
    expect(did('register')).toBe(true);
    on('retry-now');
    expect(did('recall')).toBe(true);
    state = initialState;
    play();
    on('call-again', recallFailed('not-registered'), failed('service-away'));
    expect(timer()).toBeGreaterThan(0);
  });

  it('is given up where waiting cannot help; the old picture stays', () => {
    on(recallFailed('unknown-streamer'));
    expect(effects).toEqual([{ type: 'drop-recall' }, { type: 'no-timer' }]);
    expect(state).toMatchObject({ phase: { kind: 'playing' }, recall: undefined });
  });

  it('goes on when the old media stops as well', () => {
    on('media-stalled');
    expect(state.phase.kind).toBe('interrupted');
    expect(effects).toEqual([{ type: 'timer', ms: RECALL_LIMIT_MS }]);
    state = initialState;
    play();
    on('call-again', recallFailed('service-away'), 'media-stalled');
    expect(did('recall')).toBe(true);
  });

  it('is nothing to a watch that does not play', () => {
    state = initialState;
    on('start', 'call-again');
    expect(effects).toEqual([]);
    on(failed('streamer-silent'), 'call-again');
    expect(effects).toEqual([]);
  });
});

describe('after a failure', () => {
  beforeEach(() => on(listed(HERE), 'start'));

  it('backs off, further each time', () => {
    const waits = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      on(failed('streamer-silent'));
      waits.push(timer());
      on('timer');
      expect(did('offer')).toBe(true);
    }
    expect(waits).toEqual([800, 1440, 2592]);
  });

  it('says when the next attempt comes', () => {
    now = 5000;
    on(failed('signaling-silent'));
    expect(state.phase).toMatchObject({ kind: 'waiting', retryAt: 5800 });
  });

  it('waits as long as a full streamer asks', () => {
    on(failed('streamer-full', 20_000));
    expect(timer()).toBe(20_000);
    on('retry-now', failed('streamer-full'));
    expect(timer()).toBe(FULL_RETRY_MS);
    on('service-returned');
    expect(effects).toEqual([]);
  });

  it('waits for the list where only that can help', () => {
    for (const id of ['unknown-streamer', 'no-common-codec'] as const) {
      on(failed(id));
      expect(failureId()).toBe(id);
      expect(timer()).toBeUndefined();
      on(listed(id === 'unknown-streamer' ? ELSEWHERE : HERE));
      expect(did('offer')).toBe(true);
    }
  });

  it('registers again, and tells when that fails too', () => {
    on(failed('not-registered'));
    expect(effects).toEqual([{ type: 'drop' }, { type: 'no-timer' }, { type: 'register' }]);
    on(failed('service-away'));
    expect(failureId()).toBe('service-away');
    expect(timer()).toBeGreaterThan(0);
    on('timer', failed('not-registered'));
    expect(timer()).toBeGreaterThan(0);
  });

  it('chooses the streamer again at once when front has forgotten it', () => {
    on(failed('no-streamer-chosen'));
    expect(timer()).toBe(0);
    on('timer', failed('no-streamer-chosen'));
    expect(timer()).toBeGreaterThan(0);
  });

  it('does not go on by itself in a browser without WebRTC', () => {
    on(failed('no-webrtc'));
    expect(effects).toEqual([{ type: 'drop' }, { type: 'no-timer' }]);
    on(listed(undefined), listed(ELSEWHERE));
    expect(effects).toEqual([]);
  });

  it('tries at once when the service is back or the viewer asks', () => {
    on(failed('service-away'), 'service-returned');
    expect(did('offer')).toBe(true);
    on(failed('service-away'), 'retry-now');
    expect(did('offer')).toBe(true);
  });

  it('hears nothing of what belonged to the connection before', () => {
    on(failed('streamer-silent'));
    for (const event of ['answered', 'ice-connected', 'dtls-connected', 'first-media', 'media-flows', 'media-stalled', 'connection-failed', 'ice-disconnected'] as const) {
      const before = state;
      on(event);
      expect([state, effects]).toEqual([before, []]);
    }
  });
});

describe('whatever happens in whatever order', () => {
  it('never waits without a way out, and never offers twice at a time', () => {
    const events = fc.constantFrom<WatchEvent>(
      listed(HERE), listed(ELSEWHERE), listed(undefined), { type: 'answered' }, { type: 'ice-connected' }, { type: 'dtls-connected' }, { type: 'first-media' },
      { type: 'ice-disconnected' }, { type: 'connection-failed' }, { type: 'media-stalled' }, { type: 'media-flows' }, { type: 'ended' }, { type: 'timer' },
      { type: 'service-returned' }, { type: 'retry-now' }, { type: 'call-again' }, news('answered'), news('ice-connected'), news('dtls-connected'), news('first-media'), news('connection-failed'),
      recallFailed('streamer-silent'), recallFailed('unknown-streamer'), recallFailed('not-registered'), failed('streamer-silent'), failed('not-registered'), failed('unknown-streamer'), failed('streamer-full', 1000),
    );
    fc.assert(
      fc.property(fc.array(events, { maxLength: 60 }), (sequence) => {
        state = initialState;
        let armed = false;
        on({ type: 'start' });
        for (const event of sequence) {
          if (event.type === 'timer') armed = false;
          on(event);
          for (const effect of effects) {
            if (effect.type === 'timer') armed = true;
            if (effect.type === 'no-timer') armed = false;
          }
          expect(effects.filter(({ type }) => type === 'offer' || type === 'recall').length).toBeLessThanOrEqual(1);
          const { phase, recall } = state;
          if (phase.kind === 'interrupted') expect(recall && recall.stage !== 'waiting').toBe(true);
          if (recall) expect(['playing', 'interrupted']).toContain(phase.kind);
          if (phase.kind === 'waiting' && phase.retryAt !== undefined && event.type !== 'timer') expect(armed).toBe(true);
          if (phase.kind === 'interrupted' && event.type !== 'timer') expect(armed).toBe(true);
          if (phase.kind === 'waiting' && phase.retryAt === undefined) {
            expect(['unknown-streamer', 'streamer-absent', 'not-registered']).toContain(phase.failure.id);
          }
        }
      }),
    );
  });
});
