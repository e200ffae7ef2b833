import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { doubtOf, type Surroundings } from '../../../../streamer/diagnosis/reachability.ts';
import type { MediaPlace } from '../../../../streamer/webrtc/addresses.ts';

const ipv4 = (address: string) => ({ family: 'IPv4', address, internal: address.startsWith('127.') }) as NetworkInterfaceInfo;
const LO = { lo: [ipv4('127.0.0.1')] };
const LAN = { ...LO, eth0: [ipv4('192.168.0.7')] };
const BRIDGE = { ...LO, docker0: [ipv4('172.17.0.1')] };
const INSIDE = { ...LO, eth0: [ipv4('172.17.0.2')] };

const ALONE: Surroundings = { interfaces: LAN, isLocal: true, isContainer: false };

describe('what is said of the addresses at the start', () => {
  it.each<[string, Partial<MediaPlace>, Partial<Surroundings>, string | undefined, RegExp]>([
    ['a machine with a network', {}, {}, undefined, /^$/],
    ['a machine without', {}, { interfaces: LO }, 'warn', /127\.0\.0\.1 alone/],
    ['loopback, asked for where all else is on loopback too', { mediaHost: '127.0.0.1' }, {}, 'info', /127\.0\.0\.1 alone/],
    ['loopback, asked for where SIP goes to other machines', { mediaHost: '127.0.0.1' }, { isLocal: false }, 'warn', /--media-host or --announce-ip/],
    ['loopback, with another address announced', { mediaHost: '127.0.0.1', announced: ['203.0.113.7'] }, { isLocal: false }, undefined, /^$/],
    ['a bridge to containers and nothing else', {}, { interfaces: BRIDGE, isLocal: false }, 'warn', /172\.17\.0\.1 alone, a bridge/],
    ['a bridge beside a network', {}, { interfaces: { ...LAN, ...BRIDGE }, isLocal: false }, undefined, /^$/],
    ['the inside of a container', {}, { interfaces: INSIDE, isLocal: false, isContainer: true }, 'warn', /172\.17\.0\.2 alone, the address of this container.*--announce-ip/],
    ['the inside of one with all services', {}, { interfaces: INSIDE, isContainer: true }, 'info', /container/],
    ['the inside of a container, with the host announced', { announced: ['203.0.113.7'] }, { interfaces: INSIDE, isLocal: false, isContainer: true }, undefined, /^$/],
    ['a container in the host’s network', {}, { interfaces: { ...BRIDGE, eth0: [ipv4('172.20.0.7')] }, isLocal: false, isContainer: true }, undefined, /^$/],
    ['a company’s own 172 network', {}, { interfaces: INSIDE, isLocal: false }, undefined, /^$/],
  ])('%s', (_, place, surroundings, level, sentence) => {
    const doubt = doubtOf({ mediaHost: undefined, ...place }, { ...ALONE, ...surroundings });
    expect(doubt?.level).toBe(level);
    expect(doubt?.sentence ?? '').toMatch(sentence);
  });
});
