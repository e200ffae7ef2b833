import { createECDH, generateKeyPairSync, sign } from 'node:crypto';
import type { DtlsServer } from 'werift';
import { describe, expect, it } from 'vitest';
import { HandshakeError } from '../../../../streamer/webrtc/handshake-checks.ts';
import { applyPatches, PATCHED_VERSION } from '../../../../streamer/webrtc/patches.ts';
import { internal, weriftVersion } from '../../../../streamer/webrtc/werift.ts';
import { dtlsPair } from '../../../support/streamer/dtls-pair.ts';
import { freshWerift } from '../../../support/streamer/fresh-werift.ts';

const fresh = freshWerift();

interface HasPrototype {
  readonly prototype: Readonly<Record<string, { toString(): string }>>;
}

/** The source of a method as werift's authors wrote it. */
function source(path: string, className: string, method: string): string {
  return String((fresh.internal(path) as Readonly<Record<string, HasPrototype>>)[className]?.prototype[method]);
}

const patchedModule = (path: string) => internal(path) as Readonly<Record<string, unknown>>;
const freshModule = (path: string) => fresh.internal(path) as Readonly<Record<string, unknown>>;

interface Falsifiable {
  readonly cipher: { verifyData: (handshakes: Buffer) => Buffer; generateKeySignature: (hash: string) => Buffer };
}
const falsify = (change: (server: Falsifiable) => void) => (server: DtlsServer) => change(server);

describe('the version of werift', () => {
  it('is the one that the patches were made for', () => expect(weriftVersion).toBe(PATCHED_VERSION));

  it('is refused when it is another', () => {
    expect(() => applyPatches('0.25.0', () => ({}))).toThrow(/werift 0\.25\.0 is installed, but its patches were made for 0\.24\.4/);
  });
});

describe('DTLS with a server that is what it says', () => {
  it('connects', async () => {
    const pair = await dtlsPair(fresh);
    await pair.connected;
    pair.close();
  });

  it('connects although every datagram comes twice, which werift alone fails at', async () => {
    const pair = await dtlsPair(fresh, undefined, undefined, 2);
    await pair.connected;
    pair.close();
    const alone = await dtlsPair(fresh, undefined, fresh, 2);
    await expect(alone.connected).rejects.toThrow();
    alone.close();
  });
});

describe('DTLS with someone in between (the server’s part is falsified)', () => {
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;

  it('fails when the key exchange is signed by another key', async () => {
    const forged = falsify((server) => (server.cipher.generateKeySignature = () => sign('sha256', Buffer.from('anything'), otherKey)));
    const pair = await dtlsPair(fresh, forged);
    await expect(pair.connected).rejects.toThrow(HandshakeError);
    pair.close();
  });

  it('fails when the key exchange’s signature is garbage', async () => {
    const pair = await dtlsPair(fresh, falsify((server) => (server.cipher.generateKeySignature = () => Buffer.alloc(70, 1))));
    await expect(pair.connected).rejects.toThrow(/not signed by the peer’s certificate/);
    pair.close();
  });

  it('fails when the server’s Finished is wrong', async () => {
    const pair = await dtlsPair(fresh, falsify((server) => (server.cipher.verifyData = () => Buffer.alloc(12, 7))));
    await expect(pair.connected).rejects.toThrow(/saw another handshake/);
    pair.close();
  });

  it('would pass werift alone, so both checks are still needed', async () => {
    const forged = falsify((server) => {
      server.cipher.generateKeySignature = () => sign('sha256', Buffer.from('anything'), otherKey);
      server.cipher.verifyData = () => Buffer.alloc(12, 7);
    });
    const pair = await dtlsPair(fresh, forged, fresh);
    await pair.connected;
    pair.close();
  });
});

describe('alerts and unknown records', () => {
  type Parse = (context: object, cipher: object) => (record: object) => unknown[];
  const record = (contentType: number, epoch = 0, fragment = Buffer.from([2, 40])) => ({ recordLayerHeader: { contentType, epoch }, fragment });
  const parse = (module: Readonly<Record<string, unknown>>, flight: number) => (module['parsePlainText'] as Parse)({ flight, sessionId: '' }, {});
  const ALERT = { type: 21, data: undefined };

  it('end the connection when they are fatal, which werift alone overlooks', () => {
    expect(parse(patchedModule('dtls/src/record/receive.js'), 3)(record(21))).toEqual([ALERT]);
    expect(() => parse(freshModule('dtls/src/record/receive.js'), 3)(record(21))).toThrow('alert fatal error');
  });

  it('do nothing when anybody may have sent them, for which werift alone hangs up', () => {
    const warning = record(21, 0, Buffer.from([1, 0]));
    expect(parse(patchedModule('dtls/src/record/receive.js'), 7)(warning)).toEqual([]);
    expect(parse(patchedModule('dtls/src/record/receive.js'), 7)(record(25))).toEqual([]);
    expect(parse(freshModule('dtls/src/record/receive.js'), 7)(warning)).toEqual([ALERT]);
    expect(parse(freshModule('dtls/src/record/receive.js'), 7)(record(25))).toEqual([ALERT]);
  });
});

describe('what werift alone waits for', () => {
  it('is ten retransmissions of a flight, whether or not anybody is there', () => {
    expect(source('dtls/src/flight/flight.js', 'Flight', 'transmit')).toContain('Flight.RetransmitCount');
  });

  it('is over soon after our association is closed', async () => {
    const pair = await dtlsPair(fresh, (server) => Object.assign((server as unknown as { transport: { socket: object } }).transport.socket, { onData: () => undefined }));
    pair.close();
    await pair.helloDone;
  }, 2_000);
});

describe('key exchange', () => {
  interface Curve {
    p256Keypair: () => { privateKey: Buffer; publicKey: Buffer };
    p256PreMasterSecret: (pair: { privateKey: Buffer; publicKey: Buffer }) => Buffer;
  }

  it('offers P-256 alone, where werift alone begins with X25519 in JavaScript', () => {
    expect(patchedModule('dtls/src/cipher/const.js')['NamedCurveAlgorithmList']).toEqual([23]);
    expect(freshModule('dtls/src/cipher/const.js')['NamedCurveAlgorithmList']).toEqual([29, 23]);
  });

  it('agrees with the implementation that it takes the place of', () => {
    const ours = patchedModule('dtls/src/cipher/ec.js') as unknown as Curve;
    const theirs = freshModule('dtls/src/cipher/ec.js') as unknown as Curve;
    for (let round = 0; round < 5; round++) {
      const [one, two] = [ours.p256Keypair(), theirs.p256Keypair()];
      const secret = ours.p256PreMasterSecret({ privateKey: one.privateKey, publicKey: two.publicKey });
      expect(theirs.p256PreMasterSecret({ privateKey: two.privateKey, publicKey: one.publicKey }).subarray(0, 32)).toEqual(secret);
    }
  });

  it('refuses a public key that is not on the curve', () => {
    const ours = patchedModule('dtls/src/cipher/ec.js') as unknown as Curve;
    const { privateKey } = ours.p256Keypair();
    expect(() => ours.p256PreMasterSecret({ privateKey, publicKey: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 5)]) })).toThrow();
    expect(createECDH('prime256v1').generateKeys()).toHaveLength(65);
  });
});

describe('the certificate', () => {
  it('is parsed once, where werift alone does it for each viewer', async () => {
    interface Context {
      localCert: Buffer;
      signatureData(data: Buffer, hash: string): Buffer;
    }
    type ContextClass = new (session: number, certificate: string, key: string, algorithm: unknown) => Context;
    const { certPem, privateKey, signatureHash } = await fresh.werift.RTCDtlsTransport.SetupCertificate();
    const make = (module: Readonly<Record<string, unknown>>) => new (module['CipherContext'] as ContextClass)(0, certPem, privateKey, signatureHash);
    const path = 'dtls/src/context/cipher.js';
    expect(make(patchedModule(path)).localCert).toBe(make(patchedModule(path)).localCert);
    expect(make(freshModule(path)).localCert).not.toBe(make(freshModule(path)).localCert);
    expect(make(patchedModule(path)).localCert).toEqual(make(freshModule(path)).localCert);
  });
});

describe('texts for debugging', () => {
  it('are not made, where werift alone makes them for every message', () => {
    const summary = (module: Readonly<Record<string, unknown>>) => (module['getObjectSummary'] as (value: object) => unknown)({ a: 1 });
    expect(summary(patchedModule('dtls/src/helper.js'))).toBe('');
    expect(summary(freshModule('dtls/src/helper.js'))).toEqual({ a: 1 });
  });
});
