import fc from 'fast-check';
import { SrtpSession } from 'werift';
import { describe, expect, it } from 'vitest';
import { CounterModeProtector } from '../../../../streamer/srtp/counter-mode.ts';
import { createProtector } from '../../../../streamer/srtp/create.ts';
import { GaloisProtector } from '../../../../streamer/srtp/galois.ts';
import { deriveSessionKeys } from '../../../../streamer/srtp/key-derivation.ts';
import { MASTER_SALT_BYTES, SRTP_PROFILES, type SrtpProfile } from '../../../../streamer/srtp/protector.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const MASTER_KEY = hex('E1F97A0D3E018BE0D64FA32C06DE4139');
const MASTER_SALT = hex('0EC675AD498AFEEBB6960B3AABE6');

describe('SRTP', () => {
  it('derives the session keys of RFC 3711 appendix B.3', () => {
    const keys = deriveSessionKeys(MASTER_KEY, MASTER_SALT, 20);
    expect(keys.encryption).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
    expect(keys.salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
    expect(keys.authentication).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
  });

  it('protects by AES counter mode and HMAC-SHA1 as libsrtp’s reference packet has it', () => {
    const protector = new CounterModeProtector(deriveSessionKeys(MASTER_KEY, MASTER_SALT, 20));
    const packet = { ssrc: 0xcafebabe, payloadType: 15, marker: false, sequence: 0x1234, timestamp: 0xdecafbad, payload: Buffer.alloc(16, 0xab) };
    expect(protector.protect(packet).toString('hex')).toBe('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
  });

  it('protects by AES-GCM as the example of RFC 7714 §16.1.1 has it', () => {
    const protector = new GaloisProtector({ encryption: hex('000102030405060708090a0b0c0d0e0f'), salt: hex('517569642070726f2071756f'), authentication: Buffer.alloc(0) });
    const payload = Buffer.from('Gallia est omnis divisa in partes tres');
    const packet = { ssrc: 0x5501a0b2, payloadType: 0x40, marker: false, sequence: 0xf17b, timestamp: 0x8041f8d3, payload };
    expect(protector.protect(packet)).toEqual(
      hex('8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833 899d7f27beb16a9152cf765ee4390cce'),
    );
  });

  it.each(Object.entries(SRTP_PROFILES))('is decrypted by another implementation (%s), also past a rollover', (_, profile: SrtpProfile) => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 0xff80, max: 0xffff }), fc.array(fc.uint8Array({ maxLength: 1182 }), { minLength: 1, maxLength: 200 }), fc.boolean(), (ssrc, first, payloads, marker) => {
        const salt = MASTER_SALT.subarray(0, MASTER_SALT_BYTES[profile]);
        const protector = createProtector(profile, MASTER_KEY, salt);
        const receiver = new SrtpSession({ keys: { localMasterKey: MASTER_KEY, localMasterSalt: salt, remoteMasterKey: MASTER_KEY, remoteMasterSalt: salt }, profile });
        payloads.forEach((payload, index) => {
          const sequence = first + index;
          const plain = receiver.decrypt(protector.protect({ ssrc, payloadType: 96, marker, sequence, timestamp: index, payload: Buffer.from(payload) }));
          expect(plain.subarray(12)).toEqual(Buffer.from(payload));
          expect(plain.readUInt16BE(2)).toBe(sequence & 0xffff);
        });
      }),
      { numRuns: 10 },
    );
  });

  it('gives each packet a datagram of its own, and leaves the payload as it was', () => {
    const protector = createProtector(SRTP_PROFILES.aes128CmSha1Tag80, MASTER_KEY, MASTER_SALT);
    const payload = Buffer.alloc(100, 1);
    const packet = { ssrc: 1, payloadType: 96, marker: false, sequence: 1, timestamp: 1, payload };
    const first = protector.protect(packet);
    const copy = Buffer.from(first);
    protector.protect({ ...packet, sequence: 2 });
    expect(first).toEqual(copy);
    expect(payload).toEqual(Buffer.alloc(100, 1));
  });
});
