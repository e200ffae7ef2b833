import { describe, expect, it } from 'vitest';
import type { PublishedPacket } from '../../../../streamer/forwarding/published-packet.ts';
import { FrameAssembler } from '../../../../streamer/publish/frame-assembler.ts';
import { UNPACKING } from '../../../../streamer/rtp/unpacking.ts';
import { isVp8Keyframe } from '../../../../streamer/rtp/vp8.ts';

const PATIENCE_MS = 500;
const START = 0x10;

interface Piece {
  readonly first?: boolean;
  readonly keyframe?: boolean;
  readonly marker?: boolean;
}

/** A piece of a VP8 frame, or of Opus, whose last byte is its index. */
function packet(index: number, timestamp: number, { first = true, keyframe = false, marker = true }: Piece = {}): PublishedPacket {
  return { index, timestamp, marker, keyframe: false, descriptor: undefined, payload: Buffer.from([first ? START : 0, ...(first ? [keyframe ? 0x10 : 0x11] : []), index]) };
}

function assembler(isPicture = true) {
  const frames: string[] = [];
  const asked: number[] = [];
  const it = new FrameAssembler({
    unpacking: UNPACKING[isPicture ? 'VP8' : 'opus'],
    ...(isPicture ? { isKeyframe: isVp8Keyframe } : {}),
    patienceMs: PATIENCE_MS,
    onFrame: ({ ticks, keyframe, data }) => frames.push(`${ticks}${keyframe ? 'k' : ''}:${data.toString('hex')}`),
    onKeyframeNeeded: (now) => asked.push(now),
  });
  return { it, frames, asked };
}

describe('frames of one who publishes', () => {
  it('are put together by marker, or by the next timestamp where that was not set', () => {
    const { it: frames, frames: heard } = assembler();
    frames.receive(packet(7, 100, { keyframe: true, marker: false }), 0);
    frames.receive(packet(8, 100, { first: false }), 0);
    expect(heard).toEqual(['100k:100708']);
    frames.receive(packet(9, 200, { marker: false }), 0);
    expect(heard).toHaveLength(1);
    frames.receive(packet(10, 300), 0);
    expect(heard.slice(1)).toEqual(['200:1109', '300:110a']);
  });

  it('are put in order, and what comes late but in time is waited for', () => {
    const { it: frames, frames: heard, asked } = assembler();
    frames.receive(packet(1, 100, { keyframe: true }), 0);
    frames.receive(packet(4, 300), 10);
    frames.receive(packet(3, 200, { first: false }), 20);
    frames.look(10 + PATIENCE_MS - 1);
    expect(heard).toHaveLength(1);
    frames.receive(packet(2, 200, { marker: false }), 400);
    expect(heard.slice(1)).toEqual(['200:110203', '300:1104']);
    expect(asked).toEqual([]);
  });

  it('after a loss begin again with a keyframe, which is asked for', () => {
    const { it: frames, frames: heard, asked } = assembler();
    frames.receive(packet(1, 100, { keyframe: true }), 0);
    frames.receive(packet(3, 200, { first: false }), 10);
    frames.receive(packet(4, 300), 20);
    frames.look(10 + PATIENCE_MS);
    expect([heard.length, asked]).toEqual([1, [10 + PATIENCE_MS, 10 + PATIENCE_MS]]);
    frames.receive(packet(2, 200, { marker: false }), 600);
    frames.receive(packet(5, 400, { keyframe: true, marker: false }), 700);
    frames.receive(packet(6, 400, { first: false }), 700);
    frames.receive(packet(7, 500), 710);
    expect(heard.slice(1)).toEqual(['400k:100506', '500:1107']);
  });

  it('begin with a keyframe, whole, wherever the first packet comes from', () => {
    const { it: frames, frames: heard, asked } = assembler();
    frames.receive(packet(1, 100, { first: false }), 0);
    frames.receive(packet(2, 200), 10);
    expect([heard, asked]).toEqual([[], [10]]);
    frames.receive(packet(3, 300, { keyframe: true }), 20);
    expect(heard).toEqual(['300k:1003']);
  });

  it('pass over packets that only fill the way', () => {
    const { it: frames, frames: heard } = assembler();
    frames.receive(packet(1, 100, { keyframe: true }), 0);
    frames.receive({ ...packet(2, 100), payload: Buffer.alloc(0), marker: false }, 0);
    frames.receive(packet(3, 200), 0);
    expect(heard).toEqual(['100k:1001', '200:1103']);
  });

  it('of sound are each packet, and a loss is only a gap', () => {
    const { it: frames, frames: heard, asked } = assembler(false);
    frames.receive(packet(1, 0), 0);
    frames.receive(packet(3, 1920), 40);
    frames.look(40 + PATIENCE_MS);
    frames.receive(packet(2, 960), 600);
    frames.receive(packet(4, 2880), 600);
    expect(heard.map((frame) => frame.split(':')[0])).toEqual(['0k', '1920k', '2880k']);
    expect(asked).toEqual([]);
  });

  it('wait in bounded memory: too many after a gap, and it is given up at once', () => {
    const { it: frames, frames: heard, asked } = assembler();
    frames.receive(packet(1, 0, { keyframe: true }), 0);
    for (let index = 3; index < 1030; index++) frames.receive(packet(index, index * 10, { keyframe: index === 3 }), 1);
    expect(asked).toHaveLength(1);
    expect(heard).toHaveLength(1 + 1027);
  });
});
