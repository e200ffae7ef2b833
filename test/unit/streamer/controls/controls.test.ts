import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Controls, type PlaybackControl, type RenditionControl } from '../../../../streamer/controls/controls.ts';
import type { TextChannel } from '../../../../streamer/controls/text-channel.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

class Channel implements TextChannel {
  readonly sent: Record<string, unknown>[] = [];
  open: () => void = () => undefined;
  say: (text: string | undefined) => void = () => undefined;
  onOpen(listener: () => void): void {
    this.open = listener;
  }
  onMessage(listener: (text: string | undefined) => void): void {
    this.say = listener;
  }
  send(text: string): boolean {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
    return true;
  }
}

class ScriptedPlayback implements PlaybackControl {
  readonly done: unknown[] = [];
  state = { seconds: 1.23456, duration: 60, paused: false };
  change: () => void = () => undefined;
  play(): void {
    this.done.push('play');
  }
  pause(): void {
    this.done.push('pause');
  }
  seek(seconds: number): void {
    this.done.push(seconds);
  }
  onChange(listener: () => void): void {
    this.change = listener;
  }
}

class ScriptedRenditions implements RenditionControl {
  state = { name: '720p', pinned: false, available: ['720p', '360p'] };
  readonly pins: (string | undefined)[] = [];
  pin(name: string | undefined): void {
    this.pins.push(name);
    this.state = { ...this.state, pinned: name !== undefined };
  }
  onChange(): void {
    // Changes only by pin here.
  }
}

function setUp({ live = false, renditions }: { live?: boolean; renditions?: RenditionControl } = {}) {
  const playback = live ? undefined : new ScriptedPlayback();
  const clock = new VirtualClock();
  const channel = new Channel();
  const controls = new Controls({ channel, clock, playback, renditions });
  return { clock, channel, controls, playback };
}

describe('a remote control', () => {
  it('carries out what it is told', () => {
    const { channel, playback } = setUp();
    for (const command of [{ type: 'play' }, { type: 'pause' }, { type: 'seek', seconds: 12.5 }]) channel.say(JSON.stringify(command));
    expect(playback?.done).toEqual(['play', 'pause', 12.5]);
  });

  it('tells the position when it opens, each second, and after each change, but not while it stands still', () => {
    const { channel, clock, playback } = setUp();
    channel.open();
    expect(channel.sent).toEqual([{ type: 'position', seconds: 1.235, duration: 60, paused: false }]);
    clock.tick(3_000);
    expect(channel.sent).toHaveLength(4);
    playback!.state = { seconds: 5, duration: 60, paused: true };
    playback!.change();
    expect(channel.sent.at(-1)).toEqual({ type: 'position', seconds: 5, duration: 60, paused: true });
    clock.tick(60_000);
    expect(channel.sent).toHaveLength(5);
    expect(clock.pending).toBe(0);
  });

  it('pins a quality that there is, and tells which is sent', () => {
    const renditions = new ScriptedRenditions();
    const { channel } = setUp({ live: true, renditions });
    channel.open();
    expect(channel.sent).toEqual([{ type: 'rendition', name: '720p', pinned: false, available: ['720p', '360p'] }]);
    for (const name of ['360p', '4K', null]) channel.say(JSON.stringify({ type: 'rendition', name }));
    expect(renditions.pins).toEqual(['360p', undefined]);
    expect(channel.sent.filter(({ type }) => type === 'error')).toEqual([{ type: 'error', message: 'There is no such quality.' }]);
  });

  it.each([
    undefined,
    '',
    'nonsense',
    '[]',
    '"play"',
    '{"type":"eject"}',
    '{"type":"seek"}',
    '{"type":"seek","seconds":"5"}',
    '{"type":"seek","seconds":null}',
    '{"type":"seek","seconds":1e999}',
    '{"type":"rendition"}',
    `{"type":"rendition","name":"${'x'.repeat(100)}"}`,
    '{"__proto__":{"type":"play"}}',
  ])('answers %j with a sentence, and does nothing', (text) => {
    const { channel, playback } = setUp();
    channel.say(text);
    expect(playback?.done).toEqual([]);
    expect(channel.sent).toEqual([{ type: 'error', message: expect.any(String) as string }]);
  });

  it('says what cannot be where there is nothing to control', () => {
    const { channel } = setUp({ live: true });
    for (const type of ['play', 'pause', 'rendition']) channel.say(JSON.stringify({ type, name: null }));
    channel.say('{"type":"seek","seconds":1}');
    expect(channel.sent.map(({ type }) => type)).toEqual(['error', 'error', 'error', 'error']);
  });

  it('answers a flood once, and listens again after it', () => {
    const { channel, clock, playback } = setUp();
    for (let count = 0; count < 10_000; count++) channel.say('{"type":"pause"}');
    expect(playback?.done.length).toBeLessThan(50);
    expect(channel.sent).toHaveLength(1);
    clock.tick(1_000);
    playback?.done.splice(0);
    channel.say('{"type":"play"}');
    expect(playback?.done).toEqual(['play']);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { channel } = setUp();
        channel.say(text);
        expect(channel.sent.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is deaf and dumb once closed', () => {
    const { channel, clock, controls, playback } = setUp();
    channel.open();
    controls.close();
    channel.say('{"type":"pause"}');
    playback!.change();
    clock.tick(5_000);
    expect(channel.sent).toHaveLength(1);
    expect(playback?.done).toEqual([]);
  });
});
