import { describe, expect, it } from 'vitest';
import { classOfAddress } from '../../../../shared/diagnosis/address-class.ts';
import { readCandidate } from '../../../../shared/diagnosis/candidate.ts';

describe('an address of a candidate', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.8.9.1', 'loopback'],
    ['169.254.3.4', 'link-local'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['203.0.113.9', 'public'],
    ['0f5c1a9e-7c4b-4f2e-8a0b-2d5f0a1b2c3d.local', 'hidden'],
    ['2001:db8::1', 'ipv6'],
    ['cast.example', 'unknown'],
    ['1.2.3.400', 'unknown'],
  ])('%s is %s', (host, expected) => {
    expect(classOfAddress(host)).toBe(expected);
  });
});

describe('a candidate', () => {
  it('is read from what follows its name, extensions left out', () => {
    expect(readCandidate('1467250027 1 UDP 2122260223 192.168.0.4 46154 typ host generation 0')).toEqual({ host: '192.168.0.4', port: 46_154, protocol: 'udp', type: 'host' });
    for (const line of ['', '1 1 udp 1 192.168.0.4 46154', '1 1 udp 1 192.168.0.4 port typ host']) expect(readCandidate(line)).toBeUndefined();
  });
});
