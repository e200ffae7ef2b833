import { signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Invited } from '../../../../../../front/page/src/connection/meeting-messages.ts';
import type { CallPeer, CallPeerOptions } from '../../../../../../front/page/src/meeting/call/call-peer.ts';
import { DIRECT_LIMIT_MS } from '../../../../../../front/page/src/meeting/call/call-state.ts';
import { Calls, type CallNews } from '../../../../../../front/page/src/meeting/call/calls.ts';
import { newsText } from '../../../../../../front/page/src/meeting/news-text.ts';
import { ManualTiming, settled } from '../../support.ts';
import { FakeWire, fakeMedia } from '../support.ts';

class FakePeer {
  readonly tracks = signal({});
  readonly did: string[] = [];
  readonly options: Omit<CallPeerOptions, 'iceServers'>;

  constructor(options: Omit<CallPeerOptions, 'iceServers'>) {
    this.options = options;
  }

  offer = (): Promise<string> => Promise.resolve('our offer');
  answer = (sdp: string): Promise<string> => Promise.resolve(`answer to ${sdp}`);
  accept(sdp: string): Promise<void> {
    this.did.push(`accept ${sdp}`);
    return Promise.resolve();
  }
  release = (): number => this.did.push('release');
  admit = (fragment: string): number => this.did.push(`admit ${fragment}`);
  send = (): undefined => undefined;
  tell = (): boolean => true;
  loudness = (): number => 0;
  close = (): number => this.did.push('close');
}

let wire: FakeWire;
let timing: ManualTiming;
let calls: Calls;
let news: CallNews[];
let peers: FakePeer[];
let entered: [string, string | undefined][];
let inside: { id: string; key: string | undefined } | undefined;
let left: number;

const invited = (more: Partial<Invited> = {}): Invited => ({ type: 'invited', call: 'c9', from: 'bo', expiresInMs: 10_000, sdp: 'their offer', room: undefined, key: undefined, title: undefined, replaces: undefined, ...more });
const phase = (): string | undefined => calls.active.value?.state.value.phase.kind;

beforeEach(() => {
  wire = new FakeWire();
  timing = new ManualTiming();
  [news, peers, entered, inside, left] = [[], [], [], undefined, 0];
  wire.answers.call = { call: 'c1' };
  wire.answers.invite = { call: 'c2' };
  wire.answers.adhoc = { room: 'adhoc-1' };
  calls = new Calls({
    wire,
    media: fakeMedia(),
    name: () => 'ana',
    timing,
    date: () => 0,
    newPeer: (on) => {
      const peer = new FakePeer(on);
      peers.push(peer);
      return Promise.resolve(peer as unknown as CallPeer);
    },
    onText: () => undefined,
    enterRoom: (id, key) => {
      entered.push([id, key]);
      inside = { id, key };
      return Promise.resolve(true);
    },
    roomInside: () => inside,
    leaveRoom: () => {
      left += 1;
      inside = undefined;
    },
    tell: (told) => news.push(told),
  });
});

async function place(): Promise<void> {
  calls.startCall('bo');
  await settled();
}

async function talk(): Promise<void> {
  await place();
  wire.tell({ type: 'answered', call: 'c1', sdp: 'their answer' });
  await settled();
  peers[0]?.options.onEvent('connected');
}

describe('calling somebody', () => {
  it('offers, rings, takes the answer, and only then sends candidates (seed 1.5)', async () => {
    await place();
    expect(wire.of('call')).toEqual([{ to: 'bo', sdp: 'our offer' }]);
    expect(phase()).toBe('ringing');
    expect(peers[0]?.did).toEqual([]);
    await talk();
    wire.tell({ type: 'candidates', call: 'c1', fragment: 'x' });
    wire.tell({ type: 'candidates', call: 'c7', fragment: 'of another call' });
    expect(peers[0]?.did).toEqual(['accept their answer', 'release', 'admit x']);
    expect(phase()).toBe('talking');
  });

  it('hears what comes before the reply that names the call', async () => {
    calls.startCall('bo');
    wire.tell({ type: 'ringing', call: 'c1', elsewhere: true });
    await settled();
    expect(calls.active.value?.state.value.phase).toMatchObject({ kind: 'ringing', elsewhere: true });
  });

  it('is refused with a sentence of front’s, and one’s own when one is in a call (seeds 0.8, 0.14)', async () => {
    wire.answers.call = 'too-many-invitations';
    await place();
    expect(calls.active.value?.state.value.phase).toMatchObject({ kind: 'over', reason: 'refused', failure: { id: 'too-many-invitations' } });
    wire.answers.call = { call: 'c1' };
    calls.dismiss();
    await place();
    calls.startCall('cleo');
    expect(news.at(-1)).toEqual({ type: 'in-a-call' });
    expect(wire.of('call')).toHaveLength(2);
  });

  it('hears the end once, and says nothing back (seed 1.11)', async () => {
    await talk();
    wire.tell({ type: 'ended', call: 'c1', reason: 'hung-up', message: '' });
    expect(calls.active.value).toBeUndefined();
    expect(wire.of('hang-up')).toEqual([]);
    expect(peers[0]?.did).toContain('close');
    expect(newsText(news.at(-1)!)?.text).toContain('hung up');
  });

  it('ends for the other when the page closes (seed 1.13)', async () => {
    await talk();
    calls.stop();
    expect(wire.of('hang-up')).toEqual([{ call: 'c1' }]);
  });
});

describe('being called', () => {
  it('rings until it is over, and accepting later fails with a sentence (seeds 0.7, 0.9)', async () => {
    wire.tell(invited());
    const [ring] = calls.rings.value;
    expect(ring).toMatchObject({ call: 'c9', from: 'bo' });
    await timing.pass(10_000);
    expect(calls.rings.value).toEqual([]);
    expect(news).toEqual([{ type: 'missed', name: 'bo' }]);
    await calls.accept(ring!, true);
    expect(wire.of('accept')).toEqual([]);
    expect(news.at(-1)).toEqual({ type: 'ring-over', name: 'bo', reason: 'expired' });
  });

  it('a new invitation of the same person is not ended by the timer of an old one (seed 0.9)', async () => {
    wire.tell(invited({ call: 'old' }));
    await timing.pass(9_000);
    wire.tell({ type: 'ended', call: 'old', reason: 'cancelled', message: '' });
    wire.tell(invited({ call: 'new' }));
    await timing.pass(5_000);
    expect(calls.rings.value.map(({ call }) => call)).toEqual(['new']);
  });

  it('is accepted with an answer, declined without', async () => {
    wire.tell(invited());
    await calls.accept(calls.rings.value[0]!, false);
    expect(wire.of('accept')).toEqual([{ call: 'c9', sdp: 'answer to their offer' }]);
    expect(phase()).toBe('connecting');
    wire.tell(invited({ call: 'c10', from: 'cleo' }));
    calls.decline(calls.rings.value[0]!);
    expect(wire.of('decline')).toEqual([{ call: 'c10' }]);
    expect(calls.rings.value).toEqual([]);
  });

  it('while one talks ends that first, and then accepts (seed 0.6)', async () => {
    await talk();
    wire.tell(invited());
    await calls.accept(calls.rings.value[0]!, true);
    const order = wire.asked.map(({ type }) => type);
    expect(order.indexOf('hang-up')).toBeLessThan(order.indexOf('accept'));
    expect(calls.active.value?.other).toBe('bo');
  });

  it('into a room goes there, with its key (seed 0.11)', async () => {
    inside = { id: 'r0', key: undefined };
    wire.tell(invited({ sdp: undefined, room: 'r1', key: 'k', title: 'Tea' }));
    await calls.accept(calls.rings.value[0]!, true);
    expect(left).toBe(1);
    expect(entered).toEqual([['r1', 'k']]);
  });

  it('too late is said', async () => {
    wire.answers.accept = 'unknown-call';
    wire.tell(invited({ sdp: undefined, room: 'r1' }));
    await calls.accept(calls.rings.value[0]!, true);
    expect(news.at(-1)).toEqual({ type: 'ring-over', name: 'bo', reason: 'unknown-call' });
    expect(entered).toEqual([]);
  });
});

describe('going on in a room (seed 2.21)', () => {
  it('the caller opens one when no direct path comes up, and brings the other there', async () => {
    await place();
    wire.tell({ type: 'answered', call: 'c1', sdp: 'their answer' });
    await settled();
    await timing.pass(DIRECT_LIMIT_MS);
    await settled();
    expect(entered).toEqual([['adhoc-1', undefined]]);
    expect(wire.of('invite')).toEqual([{ to: 'bo', room: 'adhoc-1', replaces: 'c1' }]);
    expect(phase()).toBe('moving');
    wire.tell({ type: 'answered', call: 'c2', sdp: undefined });
    expect(calls.active.value).toBeUndefined();
    expect(wire.of('hang-up')).toEqual([{ call: 'c1' }]);
  });

  it('the called follows without ringing', async () => {
    wire.tell(invited());
    await calls.accept(calls.rings.value[0]!, true);
    wire.tell(invited({ call: 'c11', sdp: undefined, room: 'adhoc-2', replaces: 'c9' }));
    await settled();
    expect(calls.rings.value).toEqual([]);
    expect(wire.of('accept').at(-1)).toEqual({ call: 'c11' });
    expect(entered).toEqual([['adhoc-2', undefined]]);
    expect(calls.active.value).toBeUndefined();
    expect(wire.of('hang-up')).toEqual([]);
  });

  it('nobody is moved by a stranger’s word (seed 0.12)', async () => {
    await talk();
    wire.tell(invited({ call: 'c11', from: 'eve', sdp: undefined, room: 'trap', replaces: 'c99' }));
    await settled();
    expect(entered).toEqual([]);
    expect(wire.of('decline')).toEqual([{ call: 'c11' }]);
    expect(phase()).toBe('talking');
  });

  it('a third is asked there when they are added (seed 0.10)', async () => {
    await talk();
    calls.active.value?.invite('cleo');
    await settled();
    expect(wire.of('invite')).toEqual([{ to: 'bo', room: 'adhoc-1', replaces: 'c1' }, { to: 'cleo', room: 'adhoc-1' }]);
  });
});

describe('asking into a room', () => {
  it('tells what becomes of it (seeds 0.5, 0.6, 0.13)', async () => {
    inside = { id: 'r1', key: 'k' };
    calls.startCall('bo');
    await settled();
    expect(wire.of('invite')).toEqual([{ to: 'bo', room: 'r1', key: 'k' }]);
    wire.tell({ type: 'ringing', call: 'c2', elsewhere: true });
    expect(calls.invitations.value).toMatchObject([{ name: 'bo', elsewhere: true }]);
    wire.tell({ type: 'ended', call: 'c2', reason: 'declined', message: '' });
    expect(calls.invitations.value).toEqual([]);
    expect(newsText(news.at(-1)!)?.text).toContain('declined');
    wire.answers.invite = 'already-here';
    calls.startCall('cleo');
    await settled();
    expect(newsText(news.at(-1)!)?.text).toContain('is here already');
  });
});
