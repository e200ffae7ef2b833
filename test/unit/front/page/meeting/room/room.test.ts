import { signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Member } from '../../../../../../front/page/src/connection/room.ts';
import type { Tracks } from '../../../../../../front/page/src/meeting/participant.ts';
import type { RoomPeer, RoomPeerEvent } from '../../../../../../front/page/src/meeting/room/room-peer.ts';
import { Room } from '../../../../../../front/page/src/meeting/room/room.ts';
import { ManualTiming, middle, settled } from '../../support.ts';
import { FakeDevices, FakeWire, fakeMedia } from '../support.ts';

class FakePeer {
  readonly tracks = signal<ReadonlyMap<string, Tracks>>(new Map());
  readonly did: string[] = [];
  readonly tell: (event: RoomPeerEvent) => void;

  constructor(tell: (event: RoomPeerEvent) => void) {
    this.tell = tell;
  }

  offer = (): Promise<string> => Promise.resolve('offer');
  async accept(sdp: string): Promise<void> {
    await settled();
    this.did.push(`accept ${sdp}`);
  }
  async answer(sdp: string): Promise<string> {
    await settled();
    this.did.push(`answer ${sdp}`);
    return `answer to ${sdp}`;
  }
  send = (): Promise<void> => Promise.resolve();
  close = (): number => this.did.push('close');
}

let wire: FakeWire;
let timing: ManualTiming;
let devices: FakeDevices;
let peers: FakePeer[];
let room: Room;
let heard: string[];

const member = (id: string, name: string): Member => ({ id, name, audio: true, video: true, screen: false });
const phase = (): string => room.state.value.phase.kind;

beforeEach(() => {
  [wire, timing, devices, peers, heard] = [new FakeWire(), new ManualTiming(), new FakeDevices(), [], []];
  wire.answers.join = { member: 'm0', sdp: 'their answer', event: 'created', room: undefined };
  room = new Room({
    id: 'r1',
    key: 'k',
    wire,
    media: fakeMedia(devices),
    name: () => 'ana',
    newPeer: (tell) => {
      const peer = new FakePeer(tell);
      peers.push(peer);
      return Promise.resolve(peer as unknown as RoomPeer);
    },
    timing,
    random: middle,
    date: () => 0,
    link: 'https://front.example/#/room/r1',
    onComings: ({ came, went }) => heard.push(...came.map((name) => `+${name}`), ...went.map((name) => `-${name}`)),
    onText: (from, text) => heard.push(`${from}: ${text}`),
    onInvite: () => undefined,
    onInside: () => undefined,
    onOutside: () => undefined,
  });
});

async function goInside(): Promise<void> {
  room.join('secret');
  await settled();
  await settled();
  peers.at(-1)?.tell('connected');
}

describe('inside a room', () => {
  it('one is with key and password, and says at once what one sends (seeds 0.17, 2.3, 2.6)', async () => {
    await goInside();
    expect(wire.of('join')).toEqual([{ room: 'r1', sdp: 'offer', key: 'k', password: 'secret' }]);
    expect(wire.of('media').at(-1)).toEqual({ room: 'r1', audio: false, video: false, screen: false });
    expect(room.state.value.phase).toEqual({ kind: 'inside', interrupted: false });
  });

  it('offers of the focus are answered one after the other, after the first answer was set', async () => {
    room.join();
    await settled();
    wire.tell({ type: 'offer', room: 'r1', offer: 1, sdp: 'o1' });
    wire.tell({ type: 'offer', room: 'r1', offer: 2, sdp: 'o2' });
    wire.tell({ type: 'offer', room: 'another', offer: 3, sdp: 'o3' });
    for (let turn = 0; turn < 8; turn += 1) await settled();
    expect(peers[0]?.did).toEqual(['accept their answer', 'answer o1', 'answer o2']);
    expect(wire.of('answer')).toEqual([{ room: 'r1', offer: 1, sdp: 'answer to o1' }, { room: 'r1', offer: 2, sdp: 'answer to o2' }]);
  });

  it('the others are shown with what they send, oneself last (seeds 2.11, 2.15)', async () => {
    await goInside();
    const track = {} as MediaStreamTrack;
    peers[0]!.tracks.value = new Map([['m1', { camera: track }]]);
    wire.tell({ type: 'room', room: 'r1', members: [member('m0', 'ana'), member('m1', 'bo')], speaking: 'm1' });
    expect(room.participants.value.map(({ id, name, self }) => ({ id, name, self }))).toEqual([{ id: 'm1', name: 'bo', self: false }, { id: 'm0', name: 'ana', self: true }]);
    expect(room.participants.value[0]?.tracks.camera).toBe(track);
    expect(room.speaking.value).toBe('m1');
    wire.tell({ type: 'room', room: 'r1', members: [member('m0', 'ana'), member('m2', 'cleo')], speaking: null });
    wire.tell({ type: 'room', room: 'another', members: [], speaking: null });
    expect(heard).toEqual(['+cleo', '-bo']);
  });

  it('sizes are told when the stage rests, once (seed 2.24)', async () => {
    await goInside();
    room.showAt(new Map([['m0', 100], ['m1', 360]]));
    room.showAt(new Map([['m0', 100], ['m1', 180], ['m2', 0]]));
    await timing.pass(1_000);
    room.showAt(new Map([['m1', 180], ['m2', 0]]));
    await timing.pass(1_000);
    expect(wire.of('sizes')).toEqual([{ room: 'r1', sizes: { m1: 180, m2: 0 } }]);
  });

  it('texts are heard, one’s own not twice, and the greeting once for each who comes back (seeds 0.16, 2.7, 2.10)', async () => {
    await goInside();
    const text = { type: 'text', room: 'r1', to: undefined, time: '', private: false } as const;
    for (let turn = 0; turn < 2; turn += 1) wire.tell({ ...text, from: null, member: undefined, text: 'Welcome' });
    wire.tell({ ...text, from: 'ana', member: 'm0', text: 'mine' });
    wire.tell({ ...text, from: 'bo', member: 'm1', text: 'hello' });
    wire.tell({ ...text, room: 'another', from: 'bo', member: 'm1', text: 'elsewhere' });
    expect(room.chat.lines.value.map((line) => line.text)).toEqual(['Welcome', 'hello']);
    expect(heard).toEqual(['bo: hello']);
  });
});

describe('a room that is lost', () => {
  it('is joined again when the connection fails', async () => {
    await goInside();
    peers[0]?.tell('failed');
    await settled();
    expect(wire.of('join')).toHaveLength(2);
    expect(peers[0]?.did).toContain('close');
    peers[0]?.tell('connected');
    expect(room.state.value.phase).toEqual({ kind: 'inside', interrupted: true });
  });

  it('is resumed when the socket is back, or joined again where front has forgotten us', async () => {
    await goInside();
    wire.tell({ type: 'resumed' });
    await settled();
    expect(wire.of('resume')).toEqual([{ room: 'r1' }]);
    expect(wire.of('join')).toHaveLength(1);
    wire.answers.resume = 'not-inside';
    wire.tell({ type: 'resumed' });
    await settled();
    expect(wire.of('join')).toHaveLength(2);
  });

  it('is not joined again once one has left, and devices are let go (seeds 0.18, 3.17, 3.18)', async () => {
    await goInside();
    room.leave();
    expect(wire.of('leave')).toEqual([{ room: 'r1' }]);
    expect(devices.live()).toEqual([]);
    wire.tell({ type: 'left', room: 'r1', reason: 'gone', message: '' });
    await timing.pass(60_000);
    expect(wire.of('join')).toHaveLength(1);
    expect(phase()).toBe('left');
  });

  it('is left again where the reply to the joining came too late', async () => {
    room.join();
    room.leave();
    await settled();
    await settled();
    expect(phase()).toBe('left');
    expect(peers.every(({ did }) => did.includes('close'))).toBe(true);
  });
});

describe('a room one does not get into', () => {
  it('says why, and lets one try again (seeds 2.3, 2.4)', async () => {
    wire.answers.join = 'wrong-password';
    room.join('x');
    await settled();
    expect(room.state.value.phase).toEqual({ kind: 'outside', refusal: { id: 'wrong-password' } });
    wire.answers.join = { member: 'm0', sdp: 'a', event: 'joined', room: undefined };
    await goInside();
    expect(phase()).toBe('inside');
  });
});
