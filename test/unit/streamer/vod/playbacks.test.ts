import { describe, expect, it } from 'vitest';
import type { TextChannel } from '../../../../streamer/controls/text-channel.ts';
import { FilmChunks } from '../../../../streamer/vod/film-chunks.ts';
import { Playbacks } from '../../../../streamer/vod/playbacks.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { AUDIO, picture, sound, VIDEO } from '../../../support/streamer/frames.ts';
import { VIDEO_TRACK } from '../../../support/streamer/recording-transport.ts';
import { ScriptedConnection } from '../../../support/streamer/scripted-connection.ts';

class Viewer extends ScriptedConnection {
  readonly heard: { type: string; seconds?: number }[] = [];
  say: (text: string) => void = () => undefined;
  readonly channel: TextChannel = {
    onOpen: (listener) => listener(),
    onMessage: (listener) => (this.say = listener),
    send: (text) => this.heard.push(JSON.parse(text) as { type: string }) > 0,
  };

  get sequences(): number[] {
    return this.packets.filter(({ ssrc }) => ssrc === VIDEO_TRACK.ssrc).map(({ sequence }) => sequence);
  }
}

function showing({ broken = false } = {}) {
  const clock = new VirtualClock();
  const film = {
    tracks: [VIDEO, AUDIO],
    duration: 60,
    async *frames(from = 0) {
      for (let step = Math.floor(from) * 50; step < 3_000; step++) {
        if (broken && step > 100) throw new Error('the disk is gone');
        if (step % 2 === 0) yield picture(step / 50, { keyframe: step % 50 === 0 });
        yield sound(step / 50);
      }
    },
  };
  const playbacks = new Playbacks({ film: new FilmChunks(film), clock, wallClock: () => 0, random: () => 0 });
  return { clock, playbacks };
}

/** A picture loss indication (RFC 4585 §6.3.1). */
function pictureLoss(): Buffer {
  const compound = Buffer.alloc(12);
  compound.writeUInt32BE(0x81ce_0002, 0);
  compound.writeUInt32BE(1, 4);
  compound.writeUInt32BE(VIDEO_TRACK.ssrc, 8);
  return compound;
}

describe('a film that several watch', () => {
  it('is shown to each from its beginning, and obeys each for himself', async () => {
    const { clock, playbacks } = showing();
    const [early, late] = [new Viewer(''), new Viewer('')];
    playbacks.add(early);
    await clock.advance(5_000);
    playbacks.add(late);
    await clock.advance(1_000);
    early.say('{"type":"seek","seconds":40}');
    await clock.advance(1_000);
    expect(early.heard.at(-1)?.seconds).toBeCloseTo(41, 0);
    expect(late.heard.at(-1)?.seconds).toBeCloseTo(2, 0);
    early.say('{"type":"pause"}');
    const before = early.packets.length;
    await clock.advance(10_000);
    expect(early.packets.length).toBe(before);
    expect(late.packets.length).toBeGreaterThan(700);
    early.say('{"type":"play"}');
    await clock.advance(1_000);
    for (const { sequences } of [early, late]) expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  });

  it('moves for nobody who has paused, though his browser asks for a keyframe', async () => {
    const { clock, playbacks } = showing();
    const viewer = new Viewer('');
    playbacks.add(viewer);
    await clock.advance(2_500);
    viewer.receive(pictureLoss());
    await clock.advance(10);
    expect(viewer.packets.length).toBeGreaterThan(180);
    viewer.say('{"type":"pause"}');
    const before = viewer.packets.length;
    await clock.advance(3_000);
    viewer.receive(pictureLoss());
    await clock.advance(10_000);
    viewer.receive(pictureLoss());
    await clock.advance(1_000);
    expect(viewer.packets.length).toBe(before);
  });

  it('leaves nothing behind of who goes, and ends with a sentence when it cannot be read', async () => {
    const { clock, playbacks } = showing({ broken: true });
    const [staying, going] = [new Viewer(''), new Viewer('')];
    const seat = playbacks.add(going);
    playbacks.add(staying);
    const reasons: string[] = [];
    staying.onClosed((reason) => reasons.push(reason));
    going.onClosed((reason) => reasons.push(`gone: ${reason}`));
    await clock.advance(500);
    playbacks.remove(seat);
    const before = going.packets.length;
    await clock.advance(10_000);
    expect(going.packets.length).toBe(before);
    expect(reasons).toEqual(['The film cannot be read on']);
    expect(playbacks.viewers).toBe(1);
  });
});
