import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WireMessage } from '../../../../../front/page/src/connection/trace.ts';
import { readCapture } from '../../../../../front/page/src/ladder/model/capture-file.ts';
import { Ladder, MAX_HELD, MAX_MESSAGES } from '../../../../../front/page/src/ladder/model/ladder.ts';
import { repository } from '../../../../support/paths.ts';

const [FRONT, DAEMON, STREAMER] = ['127.0.0.1:5065', '127.0.0.1:5060', '127.0.0.1:9997'];

function message(raw: string, more: Partial<WireMessage> = {}): WireMessage {
  return { at: 1_800_000_000_000, source: FRONT, target: DAEMON, lost: false, bytes: undefined, raw, ...more };
}

function options(callId: string, more: Partial<WireMessage> = {}): WireMessage {
  return message(`OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5065;branch=z9hG4bK1\r\nTo: <sip:127.0.0.1>\r\ni: ${callId}\r\nCSeq: 1 OPTIONS\r\n\r\n`, more);
}

let ladder: Ladder;
beforeEach(() => {
  ladder = new Ladder();
});

const titles = (): string[] => ladder.visible.value.map(({ title }) => title);

describe('the ladder', () => {
  it('marks what is sent again, byte for byte the same way, and what was lost', () => {
    ladder.add([options('a', { lost: true }), options('b'), options('a', { at: 1_800_000_000_500 }), options('a', { source: DAEMON, target: FRONT })]);
    expect(ladder.messages.value.map(({ again, lost }) => [again, lost])).toEqual([[undefined, true], [undefined, false], [1, false], [undefined, false]]);
  });

  it('gives each call a colour, and shows one call alone', () => {
    ladder.add([options('a'), options('b', { source: STREAMER }), options('a', { at: 7 })]);
    expect(ladder.lifelines.value).toHaveLength(3);
    expect(ladder.colourOf('a')).not.toBe(ladder.colourOf('b'));
    expect(ladder.calls.value).toMatchObject([{ callId: 'a', count: 2 }, { callId: 'b', count: 1 }]);
    ladder.filter.value = { text: '', call: 'a' };
    expect(ladder.visible.value.map(({ callId }) => callId)).toEqual(['a', 'a']);
    expect(ladder.lifelines.value).toEqual([FRONT, DAEMON]);
  });

  it('finds by method, by what is meant, and by anything in the text', () => {
    ladder.add([options('a'), message('SIP/2.0 486 Busy Here\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nWarning: 399 sipcast "the room is full"\r\n\r\n')]);
    for (const [text, found] of [['options', ['OPTIONS']], ['what is there', ['OPTIONS']], ['ROOM IS FULL', ['486 Busy Here']], ['none', []]] as const) {
      ladder.filter.value = { text, call: '' };
      expect(titles(), text).toEqual(found);
    }
  });

  it('stops, steps through what has passed meanwhile, and goes on', () => {
    ladder.add([options('a')]);
    ladder.pause();
    ladder.add([options('b'), options('c'), options('d')]);
    expect([titles().length, ladder.held.value]).toEqual([1, 3]);
    ladder.step();
    expect([ladder.visible.value.map(({ callId }) => callId), ladder.held.value, ladder.selected.value]).toEqual([['a', 'b'], 2, 2]);
    ladder.resume();
    expect([titles().length, ladder.held.value, ladder.paused.value]).toEqual([4, 0, false]);
  });

  it('keeps a bounded number, shown and waiting', () => {
    const many = Array.from({ length: MAX_MESSAGES + 50 }, (_, number) => options(`call ${number}`, { at: number }));
    ladder.add(many.slice(0, 100));
    ladder.move(1);
    ladder.add(many.slice(100));
    expect(ladder.messages.value).toHaveLength(MAX_MESSAGES);
    expect(ladder.selected.value).toBeUndefined();
    ladder.pause();
    ladder.add(many, new Map(), 7);
    expect([ladder.held.value, ladder.missed.value]).toEqual([MAX_HELD, 57]);
    ladder.resume();
    expect(ladder.messages.value).toHaveLength(MAX_MESSAGES);
    ladder.clear();
    expect([ladder.messages.value.length, ladder.calls.value.length, ladder.missed.value]).toEqual([0, 0, 0]);
  });

  it('moves through what is shown by the keys, and stays at the ends', () => {
    ladder.add(['a', 'b', 'c'].map((callId) => options(callId)));
    const moved = [1, 1, Infinity, 1, -1, -Infinity, -1].map((by) => {
      ladder.move(by);
      return ladder.selected.value;
    });
    expect(moved).toEqual([1, 2, 3, 3, 2, 1, 1]);
    ladder.selected.value = undefined;
    ladder.move(Infinity);
    expect(ladder.selected.value).toBe(3);
    ladder.clear();
    ladder.move(1);
    expect(ladder.selected.value).toBeUndefined();
  });

  it('shows what is no SIP as such, whatever it is', () => {
    ladder.add([message(''), message('\r\n\r\n'), message('GET / HTTP/1.1\r\n\r\n'), message('INVITE sip:a SIP/2.0'), message('SIP/2.0 200 OK\r\nno header\r\n: x\r\n\r\n'), message('\u0000\ufffd')]);
    expect(titles()).toEqual(['no SIP', 'no SIP', 'no SIP', 'INVITE', '200 OK', 'no SIP']);
  });

  it('knows who is who by front, and in a capture by what they say', () => {
    ladder.add([options('a')], new Map([[FRONT, { name: 'front', kind: 'front' }]]));
    expect(ladder.parties.at(FRONT)).toEqual({ name: 'front', kind: 'front' });
    const capture = new Ladder();
    capture.add(readCapture(readFileSync(join(repository, 'captures/register-and-watch.pcapng')), MAX_MESSAGES).messages);
    expect(capture.lifelines.value).toEqual([FRONT, DAEMON, STREAMER]);
    expect(capture.lifelines.value.map((address) => capture.parties.at(address)?.name)).toEqual(['front', 'signaling', 'sample']);
    expect(capture.visible.value.filter(({ sip, title }) => sip?.method === 'INVITE' || title.startsWith('202')).map(({ what }) => what)).toEqual([
      expect.stringContaining('offer for'), expect.stringContaining('offer for'), 'with the answer (INVITE)', 'with the answer (INVITE)',
    ]);
    const rooms = new Ladder();
    rooms.add(readCapture(readFileSync(join(repository, 'captures/room-join-and-leave.pcapng')), MAX_MESSAGES).messages);
    expect(rooms.lifelines.value.map((address) => rooms.parties.at(address)?.kind)).toEqual(['front', 'signaling', 'focus']);
  });
});
