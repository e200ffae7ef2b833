import { describe, expect, it } from 'vitest';
import { blankPrivate } from '../../../../shared/capture/blank-private.ts';

function message(start: string, headers: readonly string[], body = ''): Buffer {
  return Buffer.from([start, ...headers, '', body].join('\r\n'));
}

function blanked(original: Buffer): string {
  const result = blankPrivate(original);
  expect(result).toHaveLength(original.length);
  return result.toString();
}

describe('blankPrivate', () => {
  it.each([
    ['digest responses', 'Authorization: Digest username="a", nonce="n", response="5ec4e7"', '5ec4e7'],
    ['answers to digests', 'Authentication-Info: nextnonce="n", rspauth="5ec4e7"', '5ec4e7'],
    ['credentials that are no digest', 'Proxy-Authorization: Basic c2VjcmV0', 'c2VjcmV0'],
    ['tokens', 'AUTHORIZATION : Bearer se.cr.et', 'se.cr.et'],
    ['passwords in URIs', 'Contact: <sip:ana:secret@192.0.2.1:5060>', 'secret'],
    ['marks of people’s contacts', 'Contact: <sip:ana@192.0.2.1;p=secret>;expires=60', 'secret'],
    ['keys of rooms', 'Refer-To: <sip:room-1@192.0.2.1;key=secret;title=Tea>', 'secret'],
  ])('takes out %s in headers and leaves the rest', (_what, header, secret) => {
    const original = message('REGISTER sip:192.0.2.1 SIP/2.0', ['Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1', header, 'CSeq: 1 REGISTER']);
    const text = blanked(original);
    expect(text).not.toContain(secret);
    expect(text.replace(/\*+|0{6}/, secret)).toBe(original.toString());
  });

  it.each([
    ['ICE passwords', 'application/sdp', 'a=ice-ufrag:abcd\r\na=ice-pwd:5ecretPwd\r\na=setup:actpass\r\n', '5ecretPwd'],
    ['ICE passwords of fragments', 'application/trickle-ice-sdpfrag', 'a=ice-pwd:5ecretPwd\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n', '5ecretPwd'],
    ['SRTP keys', 'application/sdp', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:5ecretPwd|2^20\r\n', '5ecretPwd'],
    ['keys of rooms', 'text/uri-list', 'sip:room-1@192.0.2.1;key=5ecretPwd;title=Tea\r\n', '5ecretPwd'],
    ['passwords in JSON', 'application/json', '{"name":"ana", "password" : "5ecret\\"Pwd", "kind":"person"}', '5ecret\\"Pwd'],
  ])('takes %s out of bodies and leaves the rest', (_what, type, body, secret) => {
    const original = message('INVITE sip:bo@192.0.2.1 SIP/2.0', [`Content-Type: ${type}`], body);
    const text = blanked(original);
    expect(text).not.toContain(secret);
    expect(text.replace(/\*+/, () => secret)).toBe(original.toString());
  });

  it('takes out what people write to each other, whatever it looks like', () => {
    const text = blanked(message('MESSAGE sip:bo@192.0.2.1 SIP/2.0', ['c: text/plain', 's: dinner'], 'Grüße,\r\nat eight?'));
    expect(text).toContain('\r\n\r\n********\r\n*********'.replace('********', '*'.repeat(Buffer.byteLength('Grüße,'))));
    expect(text).not.toMatch(/dinner|eight/);
    expect(blanked(message('MESSAGE sip:bo@192.0.2.1 SIP/2.0', ['Content-Type: application/x-odd'], 'To: at eight'))).not.toContain('eight');
  });

  it('leaves of a CPIM message who writes to whom and when, and nothing of the text', () => {
    const cpim = ['From: <sip:ana@h>', 'To: <sip:bo@h>', 'DateTime: 2026-11-30T07:00:00Z', 'Subject: dinner', '', 'Content-Type: text/plain', '', 'From: me', '', 'To: at eight'].join('\r\n');
    const text = blanked(message('MESSAGE sip:room-1@h SIP/2.0', ['Content-Type: message/cpim'], cpim));
    for (const kept of ['From: <sip:ana@h>', 'To: <sip:bo@h>', 'DateTime: 2026', 'Content-Type: text/plain']) expect(text).toContain(kept);
    expect(text).not.toMatch(/dinner|From: me|eight/);
  });

  it('takes out whole what is packed, for nobody looks into it', () => {
    expect(blanked(message('NOTIFY sip:a SIP/2.0', ['Content-Encoding: gzip'], 'packed secret'))).not.toContain('secret');
  });

  it('is quick with whatever comes', () => {
    const floods = ['sip:', 'a=ice-pwd:', ';key=', '"key":"', 'a=crypto:', '\r\n\r\n', 'Authorization: x '].map((piece) => piece.repeat(Math.floor(16_384 / piece.length)));
    const began = performance.now();
    for (const flood of floods) {
      blankPrivate(Buffer.from(flood));
      blankPrivate(message('MESSAGE sip:a SIP/2.0', ['Content-Type: message/cpim'], flood));
    }
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
