import { describe, expect, it } from 'vitest';
import { partsOf, Stopwatch } from '../../../../../front/page/src/stats/first-frame.ts';

describe('time to first frame', () => {
  it('is counted from the offer, the first time of each mark', () => {
    const watch = new Stopwatch(1000);
    watch.mark('answer', 1020);
    watch.mark('ice', 1026);
    watch.mark('ice', 9000);
    expect(watch.read()).toEqual({ answerMs: 20, iceMs: 26, dtlsMs: undefined, firstFrameMs: undefined });
  });

  it('is split into parts that add up', () => {
    const parts = partsOf({ answerMs: 20, iceMs: 26, dtlsMs: 31, firstFrameMs: 48 });
    expect(parts).toEqual([{ mark: 'answer', ms: 20 }, { mark: 'ice', ms: 6 }, { mark: 'dtls', ms: 5 }, { mark: 'firstFrame', ms: 17 }]);
  });

  it('gives the time of an unknown part to the next, and none to one that came early', () => {
    expect(partsOf({ answerMs: 20, iceMs: undefined, dtlsMs: 31, firstFrameMs: 30 })).toEqual([{ mark: 'answer', ms: 20 }, { mark: 'dtls', ms: 11 }, { mark: 'firstFrame', ms: 0 }]);
  });
});
