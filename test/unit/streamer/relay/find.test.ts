import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { findUpstream, takenOf } from '../../../../streamer/relay/find.ts';
import type { UpstreamCall } from '../../../../streamer/relay/upstream-call.ts';
import { AV1, H264, OPUS, VP8, VP9 } from '../../../../streamer/source/source.ts';
import type { TakenCodecs } from '../../../../streamer/webrtc/watch-offer.ts';
import { agentPair } from '../../../support/sip/pair.ts';

const ALL = { audio: [OPUS], video: [VP8, H264, VP9, AV1] };

describe('what is asked of an origin', () => {
  it('is the one picture that most browsers show, of those that it lists', () => {
    expect(takenOf({ codecs: { audio: ['opus'], video: ['H264', 'VP8'] } })).toEqual({ audio: [OPUS], video: [VP8] });
    expect(takenOf({ codecs: { audio: [], video: ['av1'] } })).toEqual({ audio: [], video: [AV1] });
    expect(takenOf({ codecs: { audio: ['opus'], video: [] } })).toEqual({ audio: [OPUS], video: [] });
  });

  it('is anything where it lists nothing that we know', () => {
    expect(takenOf(undefined)).toEqual(ALL);
    expect(takenOf({})).toEqual(ALL);
    expect(takenOf({ codecs: { audio: ['PCMU'], video: ['H261'] } })).toEqual(ALL);
  });
});

describe('an origin', () => {
  const call = Object.create(null) as UpstreamCall;

  /** Bob is the daemon. */
  function setUp(pages: readonly unknown[]) {
    const { alice, bob, clock } = agentPair();
    const asked: string[] = [];
    bob.handle('OPTIONS', (incoming) => {
      const body = incoming.request.bodyText();
      asked.push(body);
      const { offset = 0 } = (body === '' ? {} : JSON.parse(body)) as { offset?: number };
      const page = pages[offset];
      incoming.reply(200, { body: typeof page === 'string' ? page : JSON.stringify(page), contentType: 'application/json' });
    });
    const taken: TakenCodecs[] = [];
    const { host, port } = bob.local;
    const found = clock.until(
      findUpstream({
        agent: alice,
        origin: { name: 'origin', signaling: { host, port } },
        asker: 'relay',
        call: (codecs) => {
          taken.push(codecs);
          return Promise.resolve(call);
        },
        log: silentLogger,
      }),
    );
    return { found, taken, asked };
  }

  it('is looked up in the directory, page by page, and called for what it lists', async () => {
    const { found, taken, asked } = setUp([{ streamers: [{ name: 'other' }], next: 1 }, { streamers: [{ name: 'origin', title: 'A clock', codecs: { audio: ['opus'], video: ['VP9'] } }] }]);
    expect(await found).toEqual({ call, entry: { name: 'origin', title: 'A clock', codecs: { audio: ['opus'], video: ['VP9'] } } });
    expect(taken).toEqual([{ audio: [OPUS], video: [VP9] }]);
    expect(asked).toEqual(['', '{"offset":1}']);
  });

  it.each([['no JSON'], [{ streamers: 'none' }], [{ streamers: [1, null] }], [{ streamers: [], next: 0 }]])('is called all the same where the directory says %j', async (page) => {
    const { found, taken } = setUp([page]);
    expect(await found).toEqual({ call, entry: undefined });
    expect(taken).toEqual([ALL]);
  });

  it('has texts of which no more is shown than a streamer may say', async () => {
    const { found } = setUp([{ streamers: [{ name: 'origin', title: 'x'.repeat(500), image: 5, codecs: 'all' }] }]);
    const { entry } = await found;
    expect(entry?.title).toHaveLength(80);
    expect(entry?.image).toBeUndefined();
    expect(entry?.codecs).toBeUndefined();
  });
});
