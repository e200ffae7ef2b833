import fc from 'fast-check';
import { SrtcpSession } from 'werift';
import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../../../../streamer/srtp/keys.ts';
import { MASTER_SALT_BYTES, SRTP_PROFILES, type SrtpProfile } from '../../../../streamer/srtp/profile.ts';
import { SrtcpReceiver, SrtcpSender } from '../../../../streamer/srtp/srtcp.ts';

const KEY = Buffer.from('E1F97A0D3E018BE0D64FA32C06DE4139', 'hex');
const SALT = Buffer.from('0EC675AD498AFEEBB6960B3AABE6', 'hex');

function setUp(profile: SrtpProfile) {
  const salt = SALT.subarray(0, MASTER_SALT_BYTES[profile]);
  const keys = deriveKeys(profile, KEY, salt);
  const other = new SrtcpSession({ keys: { localMasterKey: KEY, localMasterSalt: salt, remoteMasterKey: KEY, remoteMasterSalt: salt }, profile });
  return { sender: new SrtcpSender(keys), receiver: new SrtcpReceiver(keys), other };
}

/** A picture loss indication, and whatever follows it. */
const compound = (more: Uint8Array = new Uint8Array()) => Buffer.concat([Buffer.from('81ce0002000000010000000a', 'hex'), more]);
const contents = fc.uint8Array({ maxLength: 1_200 });

describe.each(Object.entries(SRTP_PROFILES))('SRTCP (RFC 3711 §3.4, RFC 7714 §9) by %s', (_, profile) => {
  it('is decrypted by another implementation, and decrypts what it encrypts', () => {
    fc.assert(
      fc.property(fc.array(contents, { minLength: 1, maxLength: 20 }), (packets) => {
        const { sender, receiver, other } = setUp(profile);
        for (const packet of packets) {
          const plain = compound(packet);
          expect(other.decrypt(sender.protect(plain))).toEqual(plain);
          expect(receiver.unprotect(Buffer.from(other.encrypt(plain)))).toEqual(plain);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('hears a packet once, however often and in whatever order it is played back', () => {
    const { sender, receiver } = setUp(profile);
    const sent = Array.from({ length: 300 }, () => sender.protect(compound()));
    const heard = (from: number, until: number) => sent.slice(from, until).filter((packet) => receiver.unprotect(packet)).length;
    expect(heard(10, 20)).toBe(10);
    expect(heard(0, 20)).toBe(10);
    expect(heard(0, 20)).toBe(0);
    expect(heard(299, 300)).toBe(1);
    expect(heard(100, 299), 'those of the last 128 only').toBe(127);
    expect(heard(0, 300)).toBe(0);
  });

  it('tells senders apart, whose indexes are the same, and hears a bounded number of them', () => {
    const { receiver, other } = setUp(profile);
    const from = (ssrc: number) => {
      const packet = compound();
      packet.writeUInt32BE(ssrc, 4);
      return packet;
    };
    const heard = Array.from({ length: 40 }, (__, ssrc) => [other.encrypt(from(ssrc)), other.encrypt(from(ssrc))]).map((packets) => packets.filter((packet) => receiver.unprotect(Buffer.from(packet))).length);
    expect(heard).toEqual([...Array.from({ length: 16 }, () => 2), ...Array.from({ length: 24 }, () => 0)]);
  });

  it('throws nothing at what is forged, damaged or cut short, and hears it not', () => {
    const { sender, receiver } = setUp(profile);
    const packet = sender.protect(compound());
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const damaged = Buffer.from(packet);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(receiver.unprotect(damaged)).toBeUndefined();
    }
    for (let length = 0; length < packet.length; length++) expect(receiver.unprotect(packet.subarray(0, length))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => receiver.unprotect(Buffer.from(bytes)) === undefined));
    expect(receiver.unprotect(packet)).toEqual(compound());
  });
});
