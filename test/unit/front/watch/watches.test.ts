import { describe, expect, it } from 'vitest';
import type { ApiError } from '../../../../front/api-error.ts';
import type { Streamer } from '../../../../front/directory/streamer.ts';
import { Viewer } from '../../../../front/viewers/viewer.ts';
import type { Caller, Watch, WatchRequest } from '../../../../front/watch/caller.ts';
import { Watches } from '../../../../front/watch/watches.ts';
import type { ConnectionFailure, ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import { silentLogger, type Logger } from '../../../../shared/log/logger.ts';
import { VirtualClock, settle } from '../../../support/sip/virtual-clock.ts';

const streamer: Streamer = { name: 'cam', address: '', title: '', image: '', description: '', codecs: undefined, viewers: 0 };

/** A caller whose calls are answered when the test says so. */
class ScriptedCaller implements Caller {
  readonly calls: ScriptedCall[] = [];

  watch(request: WatchRequest): Promise<Watch> {
    const call = new ScriptedCall(request, this.calls.length);
    this.calls.push(call);
    return call.outcome;
  }
}

class ScriptedCall {
  readonly request: WatchRequest;
  readonly outcome: Promise<Watch>;
  ended = false;
  stillThere = true;
  confirmEnd = (): void => undefined;
  /** What the viewer's own end was given as its reason. */
  because: ConnectionFailure | undefined;
  hangUp: (reason: string, error?: ConnectionFailureId) => void = () => undefined;
  answer: () => void = () => undefined;
  fail: (error: ApiError) => void = () => undefined;

  constructor(request: WatchRequest, index: number) {
    this.request = request;
    this.outcome = new Promise((resolve, reject) => {
      this.fail = reject;
      this.answer = () => resolve(this.#watch(index));
      request.signal.addEventListener('abort', () => reject(new Error('the call was cancelled')));
    });
  }

  #watch(index: number): Watch {
    return {
      callId: `call ${index}`,
      answer: `answer ${index}`,
      end: (because) => {
        this.ended = true;
        this.because = because;
        return new Promise((resolve) => (this.confirmEnd = resolve));
      },
      alive: async () => this.stillThere,
      onEnded: (listener) => (this.hangUp = listener),
    };
  }
}

function setUp() {
  const caller = new ScriptedCaller();
  const clock = new VirtualClock();
  const logged: string[] = [];
  const log: Logger = { ...silentLogger, warn: (first: unknown, text?: string) => void logged.push(text ?? String(first)) };
  const watches = new Watches({ caller, clock, log });
  const viewer = new Viewer('Ana', 'token', '10.0.0.1');
  viewer.choice = streamer;
  const told: unknown[] = [];
  viewer.sockets.add({ send: (text) => told.push(JSON.parse(text)), close: () => undefined });
  const start = (signal = new AbortController().signal, beside = false) => {
    const started = watches.start(viewer, 'offer', signal, beside);
    const result = started.then(({ answer }) => answer);
    result.catch(() => undefined);
    return result;
  };
  return { caller, clock, watches, viewer, told, logged, start };
}

describe('watches', () => {
  it('answers the offer with what the streamer answered (seed 4.8)', async () => {
    const { caller, start, watches } = setUp();
    const answer = start();
    caller.calls[0]!.answer();
    expect(await answer).toBe('answer 0');
    expect(caller.calls[0]!.request).toMatchObject({ viewer: 'Ana', streamer, offer: 'offer' });
    expect(watches.size).toBe(1);
  });

  it('refuses who has not chosen a streamer', async () => {
    const { viewer, start } = setUp();
    viewer.choice = undefined;
    await expect(start()).rejects.toMatchObject({ status: 409, code: 'no-streamer-chosen' });
  });

  it('hangs up the call before, and waits a little for its BYE (seed 4.17)', async () => {
    const { caller, start, told, clock } = setUp();
    const first = start();
    caller.calls[0]!.answer();
    await first;
    const second = start();
    expect(caller.calls[0]!.ended).toBe(true);
    expect(caller.calls).toHaveLength(1);
    await clock.advance(500);
    caller.calls[1]!.answer();
    expect(await second).toBe('answer 1');
    expect(told).toEqual([]);
  });

  it('goes on as soon as the BYE is confirmed', async () => {
    const { caller, start } = setUp();
    const first = start();
    caller.calls[0]!.answer();
    await first;
    void start();
    caller.calls[0]!.confirmEnd();
    await settle();
    expect(caller.calls).toHaveLength(2);
  });

  it('cancels a call that is overtaken by another of the same viewer (seed 4.17)', async () => {
    const { caller, start } = setUp();
    const first = start();
    const second = start();
    await expect(first).rejects.toMatchObject({ status: 409, code: 'superseded' });
    await settle();
    caller.calls[1]!.answer();
    expect(await second).toBe('answer 1');
  });

  it('leaves one call when many offers come at once', async () => {
    const { caller, start, watches, clock } = setUp();
    const starts = Array.from({ length: 20 }, () => start());
    await clock.advance(500);
    for (const call of caller.calls) call.answer();
    const results = await Promise.allSettled(starts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.at(-1)?.status).toBe('fulfilled');
    expect(watches.size).toBe(1);
  });

  it('cancels the call when nobody waits for the answer any more (seed 4.17)', async () => {
    const { caller, start, watches } = setUp();
    const gone = new AbortController();
    const result = start(gone.signal);
    gone.abort();
    await expect(result).rejects.toThrow();
    expect(caller.calls[0]!.request.signal.aborted).toBe(true);
    expect(watches.size).toBe(0);
  });

  it('hangs up at once when the answer comes after the viewer has gone', async () => {
    const { caller, start, watches } = setUp();
    const gone = new AbortController();
    const result = start(gone.signal);
    caller.calls[0]!.answer();
    gone.abort();
    await expect(result).rejects.toThrow();
    expect(caller.calls[0]!.ended).toBe(true);
    expect(watches.size).toBe(0);
  });

  it('hangs up the call whose answer did not reach the viewer, and no later one', async () => {
    const { caller, watches, viewer, start, clock } = setUp();
    const started = watches.start(viewer, 'offer', new AbortController().signal);
    caller.calls[0]!.answer();
    const first = await started;
    const second = start();
    await clock.advance(500);
    caller.calls[1]!.answer();
    await second;
    first.undelivered();
    expect(caller.calls[1]!.ended).toBe(false);
    expect(watches.size).toBe(1);
  });

  it('tells the viewer when the streamer hangs up (seed 4.17)', async () => {
    const { caller, start, told, watches } = setUp();
    const answer = start();
    caller.calls[0]!.answer();
    await answer;
    caller.calls[0]!.hangUp('the streamer has stopped');
    expect(told).toEqual([{ type: 'ended', streamer: 'cam', reason: 'the streamer has stopped' }]);
    expect(watches.size).toBe(0);
  });

  it('tells the viewer, and the operator once, why the media of a call never came up', async () => {
    const { caller, start, told, logged } = setUp();
    for (const call of [0, 1]) {
      const answer = start();
      caller.calls[call]!.answer();
      await answer;
      caller.calls[call]!.hangUp('No UDP arrived.', 'no-udp');
      expect(told[call]).toEqual({ type: 'ended', streamer: 'cam', reason: 'No UDP arrived.', error: 'no-udp' });
    }
    expect(logged).toEqual(['no media came up: No UDP arrived.']);
  });

  it('tells the streamer why the viewer gives up, where he found out', async () => {
    const { caller, start, watches, viewer, logged } = setUp();
    const answer = start();
    caller.calls[0]!.answer();
    await answer;
    void watches.stop(viewer, { id: 'no-udp', sentence: 'nothing was answered.' });
    expect(caller.calls[0]!.because).toEqual({ id: 'no-udp', sentence: 'nothing was answered.' });
    expect(logged).toEqual(['nothing was answered.']);
    await watches.stop(viewer, { id: 'no-udp', sentence: 'nothing was answered.' });
  });

  it('hangs up when the viewer leaves, and tells whoever still waits that he left', async () => {
    const { caller, start, watches, viewer } = setUp();
    const waiting = start();
    void watches.stop(viewer);
    await expect(waiting).rejects.toMatchObject({ code: 'left' });
    const answered = start();
    caller.calls[1]!.answer();
    await answered;
    void watches.stop(viewer);
    expect(caller.calls[1]!.ended).toBe(true);
    await watches.stop(viewer);
  });

  it('forgets a call that the streamer no longer knows', async () => {
    const { caller, start, watches, viewer } = setUp();
    expect(await watches.alive(viewer)).toBe(false);
    const answer = start();
    expect(await watches.alive(viewer)).toBe(true);
    caller.calls[0]!.answer();
    await answer;
    expect(await watches.alive(viewer)).toBe(true);
    caller.calls[0]!.stillThere = false;
    expect(await watches.alive(viewer)).toBe(false);
    expect(watches.size).toBe(0);
  });

  it('hangs up every call when the server stops', async () => {
    const { caller, start, watches } = setUp();
    const answer = start();
    caller.calls[0]!.answer();
    await answer;
    const closed = watches.close();
    expect(caller.calls[0]!.ended).toBe(true);
    caller.calls[0]!.confirmEnd();
    await closed;
  });
});

describe('a call that is made beside the one before', () => {
  async function playing() {
    const stage = setUp();
    const first = stage.start();
    stage.caller.calls[0]!.answer();
    await first;
    const gone = new AbortController();
    return { ...stage, gone, again: () => stage.start(gone.signal, true) };
  }

  it('leaves the old one alone until it is answered, and a little longer', async () => {
    const { caller, watches, clock, again } = await playing();
    const second = again();
    await clock.advance(10_000);
    expect(caller.calls.map(({ ended }) => ended)).toEqual([false, false]);
    caller.calls[1]!.answer();
    expect(await second).toBe('answer 1');
    expect(watches.list().map(({ id }) => id)).toEqual(['call 1', 'call 0']);
    await clock.advance(1_999);
    expect(caller.calls[0]!.ended).toBe(false);
    await clock.advance(1);
    expect(caller.calls.map(({ ended }) => ended)).toEqual([true, false]);
    expect(watches.list().map(({ id }) => id)).toEqual(['call 1']);
  });

  it('leaves the old one where it fails, is cancelled, or its answer does not arrive', async () => {
    const { caller, watches, clock, viewer, again, gone } = await playing();
    const refused = again();
    caller.calls[1]!.fail(Object.assign(new Error('full')) as ApiError);
    await expect(refused).rejects.toThrow('full');
    const undelivered = watches.start(viewer, 'offer', new AbortController().signal, true);
    caller.calls[2]!.answer();
    (await undelivered).undelivered();
    expect(caller.calls[2]!.ended).toBe(true);
    const cancelled = again();
    gone.abort();
    await expect(cancelled).rejects.toThrow();
    await clock.advance(10_000);
    expect(caller.calls[0]!.ended).toBe(false);
    expect(watches.list().map(({ id }) => id)).toEqual(['call 0']);
  });

  it('takes the place of one that was still under way beside the same', async () => {
    const { caller, watches, start } = await playing();
    const second = start(undefined, true);
    const third = start(undefined, true);
    await expect(second).rejects.toMatchObject({ code: 'superseded' });
    expect(caller.calls[0]!.ended).toBe(false);
    caller.calls[2]!.answer();
    expect(await third).toBe('answer 2');
    expect(watches.list().map(({ id }) => id)).toEqual(['call 2', 'call 0']);
  });

  it('does not tell the viewer when the old one ends meanwhile, and has nothing to return to then', async () => {
    const { caller, watches, told, start } = await playing();
    const second = start(undefined, true);
    caller.calls[0]!.hangUp('gone');
    caller.calls[1]!.fail(Object.assign(new Error('full')) as ApiError);
    await expect(second).rejects.toThrow('full');
    expect(told).toEqual([]);
    expect(watches.size).toBe(0);
  });

  it('ends with the old one when the viewer leaves, the operator says so, or the server stops', async () => {
    for (const end of [
      ({ watches, viewer }: Awaited<ReturnType<typeof playing>>) => void watches.stop(viewer),
      ({ watches }: Awaited<ReturnType<typeof playing>>) => void watches.end('call 0'),
      ({ watches }: Awaited<ReturnType<typeof playing>>) => void watches.close(),
    ]) {
      const stage = await playing();
      const second = stage.again();
      stage.caller.calls[1]!.answer();
      await second;
      end(stage);
      expect(stage.caller.calls.map(({ ended }) => ended)).toEqual([true, true]);
      expect(stage.watches.size).toBe(0);
    }
  });

  it('is as any other where there was none before', async () => {
    const { caller, start, watches } = setUp();
    const first = start(undefined, true);
    caller.calls[0]!.answer();
    expect(await first).toBe('answer 0');
    expect(watches.size).toBe(1);
  });
});
