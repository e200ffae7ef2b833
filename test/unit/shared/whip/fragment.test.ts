import { describe, expect, it } from 'vitest';
import { formatFragment, FragmentError, MAX_FRAGMENT_CHARACTERS, parseFragment } from '../../../../shared/whip/index.ts';

const CANDIDATE = '1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1';
const ADDED = '2154773085 1 tcp 1518214911 198.51.100.2 9 typ host tcptype active';
const HIDDEN = '3471623853 1 udp 2122194687 9b36eaac-bb2e-49bb-bb78-21c41c499900.local 61765 typ host';

/** As in RFC 9725's example of a request with trickled candidates. */
const TRICKLED = [
  'a=ice-options:trickle ice2', 'a=group:BUNDLE 0 1', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=ice-ufrag:EsAw', 'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
  `a=candidate:${CANDIDATE}`, `a=candidate:${ADDED}`, 'a=end-of-candidates', '',
].join('\r\n');

describe('a fragment', () => {
  it('says which section its candidates are of, whose ICE session, and that there are no more', () => {
    expect(parseFragment(TRICKLED)).toEqual({
      credentials: { ufrag: 'EsAw', password: 'P2uYro0UCOQ4zxjKXaWCBui1' },
      options: ['trickle', 'ice2'],
      sections: [{ media: 'audio 9 UDP/TLS/RTP/SAVPF 111', mid: '0', candidates: [CANDIDATE, ADDED], endOfCandidates: true }],
    });
  });

  it.each([
    ['without any section', `a=ice-ufrag:EsAw\r\na=candidate:${HIDDEN}\r\n`, 1],
    ['with bare line feeds and none at its end', `m=audio 9 RTP/AVP 0\na=mid:0\na=candidate:${CANDIDATE}`, 1],
    ['with credentials alone', 'a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n', 0],
  ])('is read %s', (_how, text, candidates) => {
    expect(parseFragment(text).sections.flatMap((section) => section.candidates)).toHaveLength(candidates);
  });

  it('is the same when it was written and read again', () => {
    for (const text of [TRICKLED, `a=candidate:${HIDDEN}\r\n`, 'a=ice-ufrag:ysXw\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=end-of-candidates\r\n']) {
      const fragment = parseFragment(text);
      expect(parseFragment(formatFragment(fragment))).toEqual(fragment);
    }
  });

  it.each([
    ['empty', ''],
    ['JSON', '{"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host"}'],
    ['a candidate that is none', 'm=audio 9 RTP/AVP 0\r\na=candidate:hello\r\n'],
    ['a line break smuggled in', 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\rVia: x\r\n'],
    ['a section that is none', 'm=audio\r\n'],
    ['a ufrag that is too short', 'a=ice-ufrag:abc\r\n'],
    ['a password without ufrag', 'a=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n'],
    ['two ICE sessions', 'm=audio 9 RTP/AVP 0\r\na=ice-ufrag:EsAw\r\nm=video 9 RTP/AVP 0\r\na=ice-ufrag:ysXw\r\n'],
    ['thousands of candidates', `m=audio 9 RTP/AVP 0\r\n${'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n'.repeat(200)}`],
    ['more than a browser could say', 'a'.repeat(MAX_FRAGMENT_CHARACTERS + 1)],
  ])('is none: %s', (_what, text) => {
    expect(() => parseFragment(text)).toThrow(FragmentError);
  });
});
