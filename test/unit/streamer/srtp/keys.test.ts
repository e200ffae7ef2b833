import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../../../../streamer/srtp/keys.ts';
import { SRTP_PROFILES } from '../../../../streamer/srtp/profile.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('SRTP', () => {
  it('derives the session keys of RFC 3711 appendix B.3', () => {
    const { rtp } = deriveKeys(SRTP_PROFILES.aes128CmSha1Tag80, hex('E1F97A0D3E018BE0D64FA32C06DE4139'), hex('0EC675AD498AFEEBB6960B3AABE6'));
    expect(rtp.encryption).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(rtp.salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(rtp.authentication).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });
});
