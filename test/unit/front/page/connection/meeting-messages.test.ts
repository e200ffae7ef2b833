import { describe, expect, it } from 'vitest';
import { parseServerMessage } from '../../../../../front/page/src/connection/messages.ts';

const read = (message: object): unknown => parseServerMessage(JSON.stringify(message));

describe('messages of people, calls and rooms', () => {
  it('tell who is online and who of them is busy (seed 0.1)', () => {
    const people = [{ name: 'ana', busy: false }, { name: 'bo', busy: true }, { busy: true }, { name: 'ana', busy: true }, 7];
    expect(read({ type: 'people', people })).toEqual({ type: 'people', people: [{ name: 'ana', busy: true }, { name: 'bo', busy: true }] });
    expect(read({ type: 'people', people: {} })).toBeUndefined();
  });

  it('tell that the list of rooms has changed, and who is inside', () => {
    expect(read({ type: 'rooms', changed: true })).toEqual({ type: 'rooms' });
    expect(read({ type: 'occupancy', rooms: [{ id: 'r', members: ['ana', 5, ''] }, { members: ['bo'] }] })).toEqual({ type: 'occupancy', rooms: [{ id: 'r', members: ['ana'] }] });
  });

  it('ring, for a call or for a room', () => {
    expect(read({ type: 'invited', call: 'c', from: 'ana', expiresInMs: 10_000, sdp: 'v=0' })).toMatchObject({ type: 'invited', call: 'c', from: 'ana', expiresInMs: 10_000, sdp: 'v=0', room: undefined });
    expect(read({ type: 'invited', call: 'c', from: 'ana', expiresInMs: 10_000, room: 'r', key: 'k', title: 'Tea', replaces: 'c0' })).toMatchObject({ room: 'r', key: 'k', title: 'Tea', replaces: 'c0' });
    expect(read({ type: 'invited', call: 'c', from: 'ana', expiresInMs: 10_000 })).toBeUndefined();
  });

  it('end a call for a reason, be it one that this page does not know', () => {
    expect(read({ type: 'ended', call: 'c', reason: 'declined', message: 'Bo declined.' })).toEqual({ type: 'ended', call: 'c', reason: 'declined', message: 'Bo declined.' });
    expect(read({ type: 'ended', call: 'c', reason: 'whim' })).toEqual({ type: 'ended', call: 'c', reason: 'failed', message: '' });
  });

  it('follow a call and a room', () => {
    expect(read({ type: 'ringing', call: 'c', elsewhere: true })).toEqual({ type: 'ringing', call: 'c', elsewhere: true });
    expect(read({ type: 'answered', call: 'c', sdp: 'v=0' })).toEqual({ type: 'answered', call: 'c', sdp: 'v=0' });
    expect(read({ type: 'candidates', call: 'c', fragment: 'a=mid:0' })).toEqual({ type: 'candidates', call: 'c', fragment: 'a=mid:0' });
    expect(read({ type: 'offer', room: 'r', offer: 3, sdp: 'v=0' })).toEqual({ type: 'offer', room: 'r', offer: 3, sdp: 'v=0' });
    expect(read({ type: 'room', room: 'r', members: [{ id: 'm1', name: 'ana', audio: true }], speaking: 'm1' })).toEqual({
      type: 'room', room: 'r', members: [{ id: 'm1', name: 'ana', audio: true, video: false, screen: false }], speaking: 'm1',
    });
    expect(read({ type: 'left', room: 'r', reason: 'gone', message: 'No UDP.', error: 'no-udp' })).toMatchObject({ reason: 'gone', message: 'No UDP.', error: 'no-udp' });
    expect(read({ type: 'left', room: 'r', reason: 'gone', message: 'x', error: 'no-luck' })).not.toHaveProperty('error');
    expect(read({ type: 'left', room: 'r', reason: 'deleted', message: 'x' })).toEqual({ type: 'left', room: 'r', reason: 'deleted', message: 'x' });
  });

  it('bring texts, the greeting from nobody (seed 2.10)', () => {
    expect(read({ type: 'text', room: 'r', from: null, to: null, time: '2026-01-01T00:00:00Z', text: 'Welcome', private: false })).toMatchObject({ from: null, to: undefined, text: 'Welcome', private: false });
    expect(read({ type: 'text', from: 'ana', member: 'm1', to: 'bo', time: 't', text: 'x'.repeat(10_000), private: true })).toMatchObject({ from: 'ana', member: 'm1', to: 'bo', private: true, text: 'x'.repeat(4_096) });
  });

  it('without what they are about are none', () => {
    for (const type of ['invited', 'ringing', 'answered', 'candidates', 'offer', 'room', 'text', 'left', 'reply', 'error']) expect(read({ type })).toBeUndefined();
  });
});
