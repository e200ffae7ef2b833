import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Egress } from '../../../../streamer/egress/egress.ts';
import { openEgress } from '../../../../streamer/egress/open.ts';
import { deriveKeys } from '../../../../streamer/srtp/keys.ts';
import { MASTER_KEY_BYTES, MASTER_SALT_BYTES, SRTP_PROFILES, type SrtpProfile } from '../../../../streamer/srtp/profile.ts';
import { SrtcpReceiver, SrtcpSender } from '../../../../streamer/srtp/srtcp.ts';

const keysOf = (seed: number, profile: SrtpProfile = SRTP_PROFILES.aes128Gcm) => deriveKeys(profile, Buffer.alloc(MASTER_KEY_BYTES, seed), Buffer.alloc(MASTER_SALT_BYTES[profile], seed + 1));
/** A picture loss indication, and whatever follows it. */
const compound = (more: Uint8Array = new Uint8Array()) => Buffer.concat([Buffer.from('81ce0002000000010000000a', 'hex'), more]);

describe('what decrypts RTCP by contexts that stay open', () => {
  let egress: Egress;
  beforeAll(async () => {
    egress = await openEgress('native', { host: '127.0.0.1', port: 0 });
  });
  afterAll(() => egress.close());

  function receiverOf(seed: number): SrtcpReceiver {
    const keys = keysOf(seed);
    const opener = egress.openerFor?.(keys);
    if (!opener) throw new Error('the native way out has no opener');
    return new SrtcpReceiver(keys, { opener });
  }

  it('decrypts what Node encrypts, whatever its size, for several viewers in turn', () => {
    const viewers = [1, 2, 3].map((seed) => ({ sender: new SrtcpSender(keysOf(seed)), receiver: receiverOf(seed) }));
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 1_400 }), { minLength: 1, maxLength: 10 }), (packets) => {
        for (const packet of packets) for (const { sender, receiver } of viewers) expect(receiver.unprotect(sender.protect(compound(packet)))).toEqual(compound(packet));
      }),
    );
    const [{ sender, receiver }] = viewers as [(typeof viewers)[0]];
    for (const bytes of [0, 1, 15, 16, 17, 60_000]) expect(receiver.unprotect(sender.protect(compound(Buffer.alloc(bytes, 7)))), `${bytes} bytes`).toEqual(compound(Buffer.alloc(bytes, 7)));
    for (const viewer of viewers) viewer.receiver.close();
  });

  it('keeps nothing of a packet in memory that the next one is written to', () => {
    const sender = new SrtcpSender(keysOf(1));
    const receiver = receiverOf(1);
    const first = receiver.unprotect(sender.protect(compound(Buffer.alloc(50, 1))));
    receiver.unprotect(sender.protect(compound(Buffer.alloc(50, 2))));
    expect(first).toEqual(compound(Buffer.alloc(50, 1)));
    receiver.close();
  });

  it('hears not what is forged, damaged, cut short or of another key, and what is true after it', () => {
    const sender = new SrtcpSender(keysOf(1));
    const receiver = receiverOf(1);
    const packet = sender.protect(compound());
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const damaged = Buffer.from(packet);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(receiver.unprotect(damaged), `bit ${bit}`).toBeUndefined();
    }
    for (let length = 0; length < packet.length; length++) expect(receiver.unprotect(packet.subarray(0, length)), `${length} bytes`).toBeUndefined();
    expect(receiver.unprotect(new SrtcpSender(keysOf(9)).protect(compound()))).toBeUndefined();
    expect(receiver.unprotect(packet)).toEqual(compound());
    expect(receiver.unprotect(packet), 'played back').toBeUndefined();
    receiver.close();
  });

  it('opens nothing after it was closed, twice if need be', () => {
    const sender = new SrtcpSender(keysOf(1));
    const receiver = receiverOf(1);
    receiver.close();
    receiver.close();
    expect(receiver.unprotect(sender.protect(compound()))).toBeUndefined();
  });

  it('leaves counter mode to Node', () => {
    expect(egress.openerFor?.(keysOf(1, SRTP_PROFILES.aes128CmSha1Tag80))).toBeUndefined();
  });
});
