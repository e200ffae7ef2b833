import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../../front/page/src/connection/failure.ts';
import type { LivePeerEvent, SentReading } from '../../../../../front/page/src/live/live-peer.ts';
import { Live } from '../../../../../front/page/src/live/live.ts';
import { ManualTiming, settled } from '../support.ts';

const track = (id: string): MediaStreamTrack => ({ id }) as MediaStreamTrack;

function setUp({ refusal, held }: { refusal?: FailureError; held?: Promise<void> } = {}) {
  const timing = new ManualTiming();
  const media = { microphone: signal<MediaStreamTrack | undefined>(track('microphone')), camera: signal<MediaStreamTrack | undefined>(track('camera')), screen: signal<MediaStreamTrack | undefined>(undefined) };
  const state = { holders: 0, closed: 0, reading: { bytes: 0, frames: 0, width: 640, height: 360 } as SentReading };
  const sent: (string | undefined)[][] = [];
  const published: string[] = [];
  const ended: string[] = [];
  let tell: (event: LivePeerEvent) => void = () => undefined;
  const live = new Live({
    whip: {
      publish: async ({ name, title, sdp, bearer }) => {
        published.push(`${name}|${title}|${sdp}|${bearer ?? ''}`);
        await held;
        if (refusal) throw refusal;
        return { answer: 'answer', location: `/whip/${published.length}` };
      },
      end: async (location) => {
        ended.push(location);
      },
    },
    media: {
      ...media,
      hold: () => {
        state.holders++;
        return () => {
          state.holders--;
        };
      },
    },
    bearer: async () => 'token',
    newPeer: (onEvent) => {
      tell = onEvent;
      return {
        offer: async () => 'offer',
        accept: async () => undefined,
        send: (audio, video) => void sent.push([audio?.id, video?.id]),
        read: async () => state.reading,
        close: () => {
          state.closed++;
        },
      };
    },
    timing,
  });
  return { live, timing, media, state, sent, published, ended, tell: (event: LivePeerEvent) => tell(event) };
}

describe('being live', () => {
  it('begins when the media is through, sends what there is, a screen before the camera, and counts what goes out', async () => {
    const { live, timing, media, state, sent, published, tell } = setUp();
    await live.start('ana live', 'Tea');
    expect([published, sent]).toEqual([['ana live|Tea|offer|token'], [['microphone', 'camera']]]);
    expect(live.phase.value).toEqual({ kind: 'live', name: 'ana live', title: 'Tea', since: undefined, interrupted: false });
    tell('connected');
    expect(live.phase.value).toMatchObject({ kind: 'live', since: timing.now() });
    media.screen.value = track('screen');
    expect(sent.at(-1)).toEqual(['microphone', 'screen']);
    await timing.pass(1_000);
    await settled();
    state.reading = { bytes: 100_000, frames: 30, width: 640, height: 360 };
    await timing.pass(1_000);
    await settled();
    expect(live.figures.value).toEqual({ bitsPerSecond: 800_000, framesSent: 30, framesPerSecond: 30, width: 640, height: 360 });
    tell('interrupted');
    expect(live.phase.value).toMatchObject({ interrupted: true });
    tell('connected');
    expect(live.phase.value).toMatchObject({ interrupted: false });
  });

  it('ends when one stops: the session is deleted, the devices let go, and nothing ticks on', async () => {
    const { live, timing, state, ended, tell } = setUp();
    await live.start('ana live', '');
    tell('connected');
    live.stop();
    expect([live.phase.value, ended, state.holders, state.closed]).toEqual([{ kind: 'off', failure: undefined }, ['/whip/1'], 0, 1]);
    tell('failed');
    await timing.pass(60_000);
    await settled();
    expect([live.phase.value, live.figures.value, ended]).toEqual([{ kind: 'off', failure: undefined }, undefined, ['/whip/1']]);
  });

  it('that is stopped before the answer came leaves no session behind', async () => {
    let answer: () => void = () => undefined;
    const { live, ended } = setUp({ held: new Promise((resolve) => (answer = resolve)) });
    const started = live.start('ana live', '');
    await settled();
    live.stop();
    answer();
    await started;
    expect([live.phase.value.kind, ended]).toEqual(['off', ['/whip/1']]);
  });

  it.each([
    ['is refused', setUp({ refusal: new FailureError({ id: 'name-taken' }) }), (): unknown => undefined, 'name-taken', []],
    ['finds no way', setUp(), ({ timing }: ReturnType<typeof setUp>): unknown => timing.pass(15_000), 'connection-blocked', ['/whip/1']],
    ['is ended by the service', setUp(), ({ tell }: ReturnType<typeof setUp>): unknown => tell('ended'), 'stream-ended', ['/whip/1']],
    ['is cut off', setUp(), ({ tell }: ReturnType<typeof setUp>): unknown => (['connected', 'failed'] as const).map((event) => tell(event)), 'connection-lost', ['/whip/1']],
  ])('that %s says why, and can be tried again', async (_, stage, happens, failure, ended) => {
    await stage.live.start('ana live', '');
    await happens(stage);
    expect([stage.live.phase.value, stage.ended, stage.state.holders]).toEqual([{ kind: 'off', failure: expect.objectContaining({ id: failure }) as object }, ended, 0]);
    void stage.live.start('ana live', '');
    expect(stage.live.phase.value).toEqual({ kind: 'starting' });
  });
});
