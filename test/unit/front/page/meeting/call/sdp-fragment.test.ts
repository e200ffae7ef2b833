import { describe, expect, it } from 'vitest';
import { credentialsIn, makeFragment, readFragment } from '../../../../../../front/page/src/meeting/call/sdp-fragment.ts';

const CANDIDATE = 'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0 ufrag abcd network-id 1';

describe('fragments of candidates (RFC 8840)', () => {
  it('come back as they went (seed 1.6)', () => {
    const candidates = [{ candidate: CANDIDATE, mid: '0' }, { candidate: `${CANDIDATE} x`, mid: '1' }, { candidate: '', mid: '1' }];
    const text = makeFragment(candidates, { ufrag: 'abcd', pwd: 'secret' });
    expect(text.startsWith('a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\nm=')).toBe(true);
    expect(readFragment(text)).toEqual(candidates);
  });

  it('are harmless whatever stands in them', () => {
    expect(readFragment('')).toEqual([]);
    expect(readFragment('<script>\na=fmtp:1\ncandidate:1')).toEqual([]);
    expect(readFragment(`a=mid:0\na=candidate:${'x'.repeat(5_000)}`)).toEqual([]);
    expect(readFragment(`a=mid:0\n${`a=${CANDIDATE}\n`.repeat(500)}`)).toHaveLength(64);
  });

  it('carry the credentials of the description', () => {
    expect(credentialsIn('v=0\r\na=ice-ufrag:u1\r\na=ice-pwd:p1\r\n')).toEqual({ ufrag: 'u1', pwd: 'p1' });
    expect(credentialsIn('')).toEqual({ ufrag: '', pwd: '' });
  });
});
