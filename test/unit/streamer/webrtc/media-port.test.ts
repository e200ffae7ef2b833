import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Egress } from '../../../../streamer/egress/egress.ts';
import { MediaPort } from '../../../../streamer/webrtc/media-port.ts';
import { writeBindingRequest } from '../../../../streamer/webrtc/stun.ts';
import { usernameOf } from '../../../../streamer/webrtc/stun-username.ts';

const checkFor = (username: string) =>
  writeBindingRequest({ transaction: randomBytes(12), username: `${username}:his`, password: 'secret', priority: 1, role: 'controlling', tieBreaker: 1n, useCandidate: true });
const DTLS = Buffer.from('16fefd', 'hex');

function setUp() {
  let receive: (datagram: Buffer, host: string, port: number) => void = () => undefined;
  const sent: string[] = [];
  const egress = {
    port: 5_000,
    profiles: [],
    onDatagram: (listener: typeof receive) => (receive = listener),
    sendPlain: (_: Buffer, host: string, port: number) => sent.push(`${host}:${port}`),
  };
  const port = new MediaPort(egress as unknown as Egress);
  const viewer = (username: string) => {
    const heard: string[] = [];
    const endpoint = port.attach(username, (datagram, host, from) => heard.push(`${datagram.length} ${host}:${from}`));
    return { endpoint, heard };
  };
  return { port, sent, viewer, arrive: (datagram: Buffer, host: string, from: number) => receive(datagram, host, from) };
}

describe('the one port of all viewers', () => {
  it('gives each his checks by their user name, and what else comes from where something was sent to for him', () => {
    const { viewer, arrive } = setUp();
    const [ana, ben] = [viewer('aaaa'), viewer('bbbb')];
    arrive(checkFor('bbbb'), '10.0.0.2', 7);
    expect([ana.heard.length, ben.heard.length]).toEqual([0, 1]);
    arrive(DTLS, '10.0.0.2', 7);
    expect(ben.heard, 'a check alone proves nothing').toHaveLength(1);
    ben.endpoint.send(DTLS, '10.0.0.2', 7);
    arrive(DTLS, '10.0.0.2', 7);
    arrive(DTLS, '10.0.0.2', 8);
    arrive(checkFor('cccc'), '10.0.0.2', 7);
    expect([ana.heard, ben.heard.slice(1)]).toEqual([[], ['3 10.0.0.2:7']]);
  });

  it('lets nobody take away what comes from another’s address', () => {
    const { viewer, arrive } = setUp();
    const [ana, eve] = [viewer('aaaa'), viewer('eeee')];
    ana.endpoint.send(DTLS, '10.0.0.1', 7);
    eve.endpoint.send(DTLS, '10.0.0.1', 7);
    arrive(DTLS, '10.0.0.1', 7);
    expect([ana.heard, eve.heard]).toEqual([['3 10.0.0.1:7'], ['3 10.0.0.1:7']]);
    eve.endpoint.close();
    arrive(DTLS, '10.0.0.1', 7);
    expect([ana.heard.length, eve.heard.length]).toEqual([2, 1]);
    for (let other = 0; other < 50; other++) viewer(`m${other}`).endpoint.send(DTLS, '10.0.0.1', 7);
    arrive(DTLS, '10.0.0.1', 7);
    expect(ana.heard).toHaveLength(3);
  });

  it('remembers a bounded number of addresses for each, and none after he left', () => {
    const { port, viewer, sent, arrive } = setUp();
    const { endpoint, heard } = viewer('aaaa');
    for (let from = 1; from <= 500; from++) endpoint.send(DTLS, '10.0.0.1', from);
    expect(sent.length).toBeLessThan(100);
    endpoint.send(DTLS, '10.0.0.1', 0);
    endpoint.send(DTLS, '10.0.0.1', 65_536);
    expect(sent.length).toBeLessThan(100);
    expect([port.endpoints, port.isTaken('aaaa')]).toEqual([1, true]);
    endpoint.close();
    endpoint.close();
    expect([port.endpoints, port.isTaken('aaaa')]).toEqual([0, false]);
    arrive(checkFor('aaaa'), '10.0.0.1', 1);
    arrive(DTLS, '10.0.0.1', 1);
    endpoint.send(DTLS, '10.0.0.1', 1);
    expect(heard).toEqual([]);
    expect(sent.length).toBeLessThan(100);
  });
});

describe('the user name of a check', () => {
  it('is read from a binding request only, and never throws', () => {
    const request = checkFor('aaaa');
    expect(usernameOf(request)).toBe('aaaa');
    for (let length = 0; length < 28; length++) expect(usernameOf(request.subarray(0, length))).toBeUndefined();
    expect(usernameOf(Buffer.concat([Buffer.from('0101', 'hex'), request.subarray(2)]))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void usernameOf(Buffer.concat([request.subarray(0, 20), bytes]))));
  });
});
