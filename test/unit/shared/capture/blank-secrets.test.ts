import { describe, expect, it } from 'vitest';
import { blankSecrets } from '../../../../shared/capture/blank-secrets.ts';

const message = (header: string, body = '') => Buffer.from(`REGISTER sip:a SIP/2.0\r\n${header}\r\nCSeq: 1 REGISTER\r\n\r\n${body}`);

describe('blankSecrets', () => {
  it('overwrites digest responses and keeps every length', () => {
    const original = message('Authorization: Digest username="a", nonce="abc", response="0a1b2c3d4e", cnonce="ff"');
    const blanked = blankSecrets(original).toString();
    expect(blanked).toContain('response="0000000000", cnonce="ff"');
    expect(blanked).toHaveLength(original.length);
  });

  it.each(['authorization:Digest response=abcdef', 'Proxy-Authorization : Digest nonce="1",\r\n response = "abcdef"', 'AUTHORIZATION: Digest RESPONSE="abcdef"'])(
    'finds it in %j',
    (header) => {
      expect(blankSecrets(message(header)).toString()).not.toContain('abcdef');
    },
  );

  it('leaves other headers and bodies alone', () => {
    const original = message('X-Note: response="abcdef"', 'Authorization: Digest response="abcdef"');
    expect(blankSecrets(original)).toBe(original);
  });

  it('keeps bytes that are no text', () => {
    const binary = Buffer.from([0xff, 0xfe, 0, 1, 2]);
    const original = Buffer.concat([message('Authorization: Digest response="abcd"'), binary]);
    expect(blankSecrets(original).subarray(-5)).toEqual(binary);
  });
});
