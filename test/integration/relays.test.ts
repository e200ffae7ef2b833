/** Trees of relays with real processes over UDP: nothing is encoded anew, one call goes up whoever watches, and none is led in a circle. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../shared/cli/version.ts';
import { CallRejectedError } from '../../shared/sip/index.ts';
import { isRegistered, RelayTree, type Packet } from '../support/streamer/relay-tree.ts';

const SAMPLE = join(packageFolder(), 'data/sample.webm');
const LIMIT_MS = 60_000;
/** Two seconds of it at the least. */
const COMPARED = { video: 100, audio: 100 } as const;

/** What either relay may leave over, and a rounded timestamp. */
const SYNC_MS = 6;

let tree: RelayTree;

beforeAll(async () => {
  tree = await RelayTree.start();
  const origin = await tree.streamer('origin', SAMPLE, '--title', 'A clock');
  await origin.child.log.waitFor(isRegistered);
  for (const [name, of] of [['first', 'origin'], ['second', 'first']] as const) {
    const relay = await tree.relay(name, of);
    await relay.child.log.waitFor(isRegistered);
  }
}, LIMIT_MS);

afterAll(async () => {
  await tree.stop();
}, LIMIT_MS);

/** Where in `whole` the packets of `part` begin, one after the other as far as both go; -1 where they do not. */
function placeIn(whole: readonly Packet[], part: readonly Packet[], least: number): number {
  // The last one: the film repeats itself.
  return whole.findLastIndex((_, from) => {
    const common = Math.min(part.length, whole.length - from);
    return common >= least && part.slice(0, common).every(({ payload, marker }, at) => whole[from + at]?.payload.equals(payload) === true && whole[from + at]?.marker === marker);
  });
}

describe('a relay of a relay', { timeout: LIMIT_MS }, () => {
  it('sends its viewer the very packets that the origin sends its own', async () => {
    const near = await tree.watch('origin');
    await near.until(({ video }) => video.keyframes >= 1);
    const far = await tree.watch('second');
    await far.until(({ video, audio }) => video.packets >= 2 * COMPARED.video && audio.packets >= 2 * COMPARED.audio);
    const now = performance.now();
    await near.until(() => performance.now() - now > 500);
    for (const kind of ['video', 'audio'] as const) expect(placeIn(near.of(kind), far.of(kind), COMPARED[kind]), kind).toBeGreaterThanOrEqual(0);
    expect([far.video.lost, far.audio.lost]).toEqual([0, 0]);
    await tree.leave(near);
    await tree.leave(far);
  });

  it('keeps sound and picture as far apart as they are at the origin', async () => {
    const near = await tree.watch('origin');
    const far = await tree.watch('second');
    try {
      await far.until(({ video, audio }) => video.packets >= 3 * COMPARED.video && audio.packets >= 3 * COMPARED.audio);
      const now = performance.now();
      await near.until(() => performance.now() - now > 1_500);
      const delays = (['audio', 'video'] as const).map((kind) => {
        const latest = far.of(kind).slice(-COMPARED[kind]);
        const at = placeIn(near.of(kind), latest, COMPARED[kind]);
        const same = near.of(kind)[at + COMPARED[kind] - 1];
        const last = latest.at(-1);
        return last && same ? (far.senderTimeOf(last) ?? NaN) - (near.senderTimeOf(same) ?? NaN) : NaN;
      });
      const [sound = NaN, picture = NaN] = delays;
      console.log(`two relays on, sound is ${sound.toFixed(1)} ms later than at the origin, and the picture ${picture.toFixed(1)} ms`);
      expect(Math.abs(sound - picture)).toBeLessThan(SYNC_MS);
    } finally {
      await tree.leave(near);
      await tree.leave(far);
    }
  });

  it('gets the stream once, however many watch', async () => {
    const viewers = await Promise.all(Array.from({ length: 5 }, () => tree.watch('second')));
    await Promise.all(viewers.map((viewer) => viewer.until(({ video }) => video.frames >= 10)));
    try {
      // Those of the test before may be on their way out.
      await expect.poll(() => Promise.all(['origin', 'first', 'second'].map((name) => tree.viewersOf(name)))).toEqual([1, 1, 5]);
    } finally {
      for (const viewer of viewers) await tree.leave(viewer);
    }
  });

  it('tells a relay that calls whom the stream comes from, and a viewer nothing of it', async () => {
    const offer = await offerOfNobody();
    const toRelay = await tree.call('second', offer, { 'Sipcast-Relay-Path': 'third' });
    expect(toRelay.response.headers.get('Sipcast-Relay-Path')).toBe('origin, first, second');
    const toViewer = await tree.call('second', offer);
    expect(toViewer.response.headers.get('Sipcast-Relay-Path')).toBeUndefined();
    await Promise.all([toRelay.dialog.bye(), toViewer.dialog.bye()]);
  });

  it('refuses to pass it on to whom it has it from', async () => {
    const refused = await tree.call('second', await offerOfNobody(), { 'Sipcast-Relay-Path': 'first' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CallRejectedError);
    expect((refused as CallRejectedError).status).toBe(482);
    expect((refused as CallRejectedError).response.headers.get('Warning')).toContain('what is streamed here comes from first itself, by origin, first, second');
  });

  it('makes no circle: who would begin one is told so, and ends', async () => {
    const { code, said } = await tree.refused('first', '--source', 'sip:second');
    expect(code).toBe(2);
    expect(said).toContain('relaying second would go round in a circle');
  });

  it('has had nothing to complain of', () => {
    expect(tree.complaints()).toEqual([]);
  });
});

describe('a relay', { timeout: LIMIT_MS }, () => {
  it('with worker threads feeds all of them from one call', async () => {
    const relay = await tree.relay('wide', 'origin', '--workers', '2');
    await relay.child.log.waitFor(isRegistered);
    const before = await tree.viewersOf('origin');
    const viewers = await Promise.all(Array.from({ length: 4 }, () => tree.watch('wide')));
    await Promise.all(viewers.map((viewer) => viewer.until(({ video, audio }) => video.keyframes >= 2 && audio.packets >= 20)));
    expect(await tree.viewersOf('origin')).toBe(before);
    for (const viewer of viewers) await tree.leave(viewer);
    await relay.child.end();
  });

  it('that is there before its origin waits for it, and is found by nobody before', async () => {
    const relay = await tree.relay('early', 'late');
    await relay.child.log.waitFor(({ text }) => text.includes('late is not there'));
    expect(await tree.viewersOf('early')).toBeUndefined();
    await tree.streamer('late', SAMPLE);
    await relay.child.log.waitFor(isRegistered);
    const viewer = await tree.watch('early');
    await viewer.until(({ video }) => video.frames >= 10);
    await tree.leave(viewer);
    await relay.child.end();
  });

  it('lets its origin go when nobody watches, and calls it again for the next viewer', async () => {
    const relay = await tree.relay('thrifty', 'late', '--idle-stop', '0');
    await relay.child.log.waitFor(({ text }) => text.includes('late is let go: nobody watches here'));
    await expect.poll(() => tree.viewersOf('late')).toBe(0);
    for (let time = 0; time < 2; time++) {
      const from = relay.child.log.lines.length;
      const viewer = await tree.watch('thrifty');
      await viewer.until(({ video }) => video.frames >= 10);
      await tree.leave(viewer);
      await relay.child.log.waitFor(({ text }) => text.includes('late is let go'), { from });
    }
    await relay.child.end();
  });

  it('of a film that each viewer plays by himself is refused', async () => {
    const film = await tree.streamer('film', SAMPLE, '--mode', 'vod');
    await film.child.log.waitFor(isRegistered);
    const { code, said } = await tree.refused('film relay', '--source', 'sip:film');
    expect(code).toBe(2);
    expect(said).toContain('film plays a film to each viewer from its beginning (--mode vod), which cannot be relayed');
  });

  it.each([
    [['--source', 'sip:'], 'expected sip:NAME@HOST'],
    [['--source', 'sip:a@b@c'], 'expected sip:NAME@HOST'],
    [['--source', 'sip:origin', '--mode', 'vod'], 'what is relayed is what everybody sees at the moment'],
    [['--source', 'sip:origin', '--renditions', '360p'], 'a relay sends what comes'],
    [['--source', 'sip:origin', '--media-port', '40123'], 'a relay takes two ports'],
  ])('is not begun with %j', async (args, sentence) => {
    const { code, said } = await tree.refused('none', ...args);
    expect(code).toBe(2);
    expect(said).toContain(sentence);
  });
});

describe('where a secret is asked for', { timeout: LIMIT_MS }, () => {
  it('a relay proves that it knows it; one that does not waits', async () => {
    const guarded = await RelayTree.start('--secret', 'open sesame');
    try {
      const known = ['--secret', 'open sesame'];
      const origin = await guarded.streamer('origin', SAMPLE, ...known);
      await origin.child.log.waitFor(isRegistered);
      const relay = await guarded.relay('relay', 'origin', ...known);
      await relay.child.log.waitFor(isRegistered);
      const stranger = await guarded.relay('stranger', 'origin', '--secret', 'open barley');
      await stranger.child.log.waitFor(({ text }) => text.includes('signaling wants a --secret, or another one'));
    } finally {
      await guarded.stop();
    }
  });
});

/** From one who will never connect. */
async function offerOfNobody(): Promise<string> {
  const { writeWatchOffer } = await import('../../streamer/webrtc/watch-offer.ts');
  const { OPUS, VP8 } = await import('../../streamer/source/source.ts');
  const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
  return writeWatchOffer({ audio: [OPUS], video: [VP8] }, { iceUfrag: 'abcd', icePwd: 'abcdefghijklmnopqrstuv', fingerprint, candidates: [], sessionId: '1' });
}
