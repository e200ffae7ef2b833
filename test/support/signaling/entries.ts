/** Entries to put into a directory. */

import { sessionId } from '../../../signaling/directory/entries.ts';
import type { Binding, Session, StoredSubscription, Streamer } from '../../../signaling/directory/entries.ts';

export function binding(name: string, changes: Partial<Binding> = {}): Binding {
  const user = encodeURIComponent(Buffer.from(name).toString());
  return {
    contact: `sip:${user}@127.0.0.1:9997`,
    address: { host: '127.0.0.1', port: 9997 },
    source: { host: '127.0.0.1', port: 9997 },
    callId: `call-of-${user}`,
    cseq: 1,
    q: 1,
    expiresAt: Date.UTC(2030, 0, 1),
    via: 'SIP/2.0/UDP 127.0.0.1:9997;branch=z9hG4bK1;rport=9997',
    from: `<sip:${user}@127.0.0.1>;tag=1`,
    to: `<sip:${user}@127.0.0.1>`,
    ...changes,
  };
}

export function streamer(name: string, changes: Partial<Streamer> = {}): Streamer {
  return {
    name,
    kind: 'streamer',
    info: { title: `Title of ${name}`, description: 'What it shows', image: '/images/one.svg', codecs: { audio: ['opus'], video: ['VP8', 'AV1'] } },
    identity: undefined,
    bindings: [binding(name)],
    forgotten: false,
    ...changes,
  };
}

export function session(callId: string, changes: Partial<Session> = {}): Session {
  const fromTag = changes.fromTag ?? 'tag';
  return {
    id: sessionId(callId, fromTag),
    callId,
    fromTag,
    viewer: 'diego',
    streamer: 'camera',
    kind: 'streamer',
    room: undefined,
    front: { host: '127.0.0.1', port: 5065 },
    streamerAddress: { host: '127.0.0.1', port: 9997 },
    offer: 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n',
    answer: '',
    state: 'offer-received',
    changedAt: Date.UTC(2029, 0, 1),
    intervalSeconds: undefined,
    ...changes,
  };
}

export function subscription(id: string, changes: Partial<StoredSubscription> = {}): StoredSubscription {
  return {
    id,
    callId: `call-${id}`,
    event: 'directory',
    remoteTarget: 'sip:front@127.0.0.1:5065',
    routeSet: [],
    localAddress: '<sip:127.0.0.1:5060>;tag=local',
    remoteAddress: '<sip:front@127.0.0.1:5065>;tag=remote',
    localTag: 'local',
    remoteTag: 'remote',
    localSequence: 3,
    remoteSequence: undefined,
    expiresAt: Date.UTC(2030, 0, 1),
    ...changes,
  };
}
