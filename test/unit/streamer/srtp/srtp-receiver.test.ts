import fc from 'fast-check';
import { RtpHeader, SrtpSession } from 'werift';
import { describe, expect, it } from 'vitest';
import { IncomingHeader } from '../../../../streamer/rtp/incoming-header.ts';
import { deriveKeys } from '../../../../streamer/srtp/keys.ts';
import { MASTER_SALT_BYTES, SRTP_PROFILES, type SrtpProfile } from '../../../../streamer/srtp/profile.ts';
import { SrtpReceiver } from '../../../../streamer/srtp/srtp-receiver.ts';

const KEY = Buffer.from('E1F97A0D3E018BE0D64FA32C06DE4139', 'hex');
const SALT = Buffer.from('0EC675AD498AFEEBB6960B3AABE6', 'hex');

function setUp(profile: SrtpProfile) {
  const salt = SALT.subarray(0, MASTER_SALT_BYTES[profile]);
  const other = new SrtpSession({ keys: { localMasterKey: KEY, localMasterSalt: salt, remoteMasterKey: KEY, remoteMasterSalt: salt }, profile });
  const receiver = new SrtpReceiver(deriveKeys(profile, KEY, salt));
  const header = new IncomingHeader();
  return {
    encrypt: (sequenceNumber: number, payload: Uint8Array, ssrc = 7) => {
      const rtp = new RtpHeader({ version: 2, payloadType: 96, sequenceNumber, timestamp: 1, ssrc, marker: false, csrc: [], csrcLength: 0, padding: false, paddingSize: 0, extension: true, extensionProfile: 0xbede, extensions: [{ id: 3, payload: Buffer.from([1, 2]) }] });
      return Buffer.from(other.encrypt(Buffer.from(payload), rtp));
    },
    hear: (datagram: Buffer) => (header.read(datagram) ? receiver.unprotect(datagram, header) : undefined),
  };
}

describe.each(Object.entries(SRTP_PROFILES))('SRTP that comes (RFC 3711 §3.3, RFC 7714 §8) by %s', (_, profile) => {
  it('is decrypted as another implementation encrypted it, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 1_300 }), { minLength: 1, maxLength: 20 }), (payloads) => {
        const { encrypt, hear } = setUp(profile);
        payloads.forEach((payload, index) => expect(hear(encrypt(index, payload))).toEqual(Buffer.from(payload)));
      }),
      { numRuns: 20 },
    );
  });

  it('follows the rollover of sequence numbers, also where packets around it are swapped', () => {
    const { encrypt, hear } = setUp(profile);
    const numbers = Array.from({ length: 40 }, (_unused, index) => (65_516 + index) & 0xffff);
    const sent = numbers.map((number) => encrypt(number, Buffer.from([number & 0xff])));
    const order = [...sent.keys()].sort((one, other) => (one ^ 3) - (other ^ 3));
    for (const index of order) expect(hear(sent[index]!)).toEqual(Buffer.from([numbers[index]! & 0xff]));
  });

  it('hears a packet once, and none that is too old to tell', () => {
    const { encrypt, hear } = setUp(profile);
    const sent = Array.from({ length: 300 }, (_unused, index) => encrypt(index, Buffer.from('x')));
    const heard = (from: number, until: number) => sent.slice(from, until).filter((packet) => hear(packet)).length;
    expect(heard(10, 20)).toBe(10);
    expect(heard(0, 20)).toBe(10);
    expect(heard(299, 300)).toBe(1);
    expect(heard(100, 299)).toBe(127);
    expect(heard(0, 300)).toBe(0);
  });

  it('hears nothing of what is forged, damaged or cut short, and no packet of it counts as seen', () => {
    const { encrypt, hear } = setUp(profile);
    const datagram = encrypt(5, Buffer.from('the payload'));
    for (let at = 0; at < datagram.length; at++) {
      const damaged = Buffer.from(datagram);
      damaged[at]! ^= 0x10;
      expect(hear(damaged), `byte ${at}`).toBeUndefined();
      expect(hear(datagram.subarray(0, at)), `${at} bytes`).toBeUndefined();
    }
    expect(hear(datagram)?.toString()).toBe('the payload');
  });

  it('hears a bounded number of streams, each with numbers of its own', () => {
    const { encrypt, hear } = setUp(profile);
    const heard = Array.from({ length: 80 }, (_unused, ssrc) => hear(encrypt(60_000, Buffer.from([ssrc]), ssrc)));
    expect(heard.filter((payload) => payload !== undefined)).toHaveLength(64);
  });
});

it('opens the packet of RFC 7714 §16.1.1', () => {
  const rtp = { encryption: Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'), authentication: Buffer.alloc(0), salt: Buffer.from('517569642070726f2071756f', 'hex') };
  const datagram = Buffer.from('8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce', 'hex');
  const header = new IncomingHeader();
  expect(header.read(datagram)).toBe(true);
  expect(new SrtpReceiver({ profile: SRTP_PROFILES.aes128Gcm, rtp, rtcp: rtp }).unprotect(datagram, header)?.toString()).toBe('Gallia est omnis divisa in partes tres');
});
